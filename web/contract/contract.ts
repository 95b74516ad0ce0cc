/**
 * Holds src/api/types.ts against the server's own description (`npm run api`). Ours are written by hand because they are
 * narrower: published documents are sent as they are stored, so the description knows some of their parts as `unknown`.
 */
import type * as attempts from '../src/api/attempts'
import type * as bodies from '../src/api/bodies'
import type * as grading from '../src/api/grading'
import type * as questions from '../src/api/questions'
import type * as results from '../src/api/results'
import type * as running from '../src/api/running'
import type * as tests from '../src/api/tests'
import type * as ours from '../src/api/types'
import type * as theirs from './generated'

/** True where both have the same fields and what we expect is among what the server may send. */
type Agrees<Ours, Theirs> = [Exclude<keyof Ours, keyof Theirs> | Exclude<keyof Theirs, keyof Ours>] extends [never]
  ? Ours extends Theirs
    ? true
    : { differ: { [Field in keyof Ours & keyof Theirs as Ours[Field] extends Theirs[Field] ? never : Field]: Theirs[Field] } }
  : { weLack: Exclude<keyof Theirs, keyof Ours>; theyLack: Exclude<keyof Ours, keyof Theirs> }

type All<Checks extends Record<string, true>> = Checks

export type Contract = All<{
  account: Agrees<ours.Myself, theirs.Myself>
  school: Agrees<ours.School, theirs.School>
  signedIn: Agrees<ours.SignedIn, theirs.SignedIn>
  session: Agrees<ours.Session, theirs.Session>
  courseCard: Agrees<ours.CourseCard, theirs.CourseCard>
  facets: Agrees<ours.Facets, theirs.Facets>
  course: Agrees<ours.Course, theirs.CoursePage>
  itemPage: Agrees<ours.ItemPage, theirs.ItemPage>
  draftItem: Agrees<ours.DraftItem, theirs.DraftItem>
  file: Agrees<ours.File, theirs.File>
  revision: Agrees<ours.Revision, theirs.Revision>
  aspect: Agrees<ours.Aspect, theirs.Aspect>
  change: Agrees<ours.Change, theirs.Change>
  enrolment: Agrees<ours.Enrolment, theirs.MyEnrolment>
  participant: Agrees<ours.Participant, theirs.Participant>
  moment: Agrees<ours.Moment, theirs.Moment>
  progress: Agrees<ours.Progress, theirs.ProgressSaved>
  report: Agrees<ours.Report, theirs.Report>
  auditEntry: Agrees<ours.AuditEntry, theirs.AuditEntry>
  auditPage: Agrees<ours.AuditPage, theirs.AuditPage>
  notification: Agrees<ours.Notification, theirs.Notification>
  notificationPage: Agrees<ours.NotificationPage, theirs.NotificationPage>
  class: Agrees<ours.Class, theirs.ClassView>
  classMember: Agrees<ours.ClassMember, theirs.ClassMember>
  group: Agrees<ours.Group, theirs.GroupView>
  groupEntry: Agrees<ours.GroupEntry, theirs.GroupEntry>
  invitation: Agrees<ours.Invitation, theirs.InvitationView>
  groupMember: Agrees<ours.GroupMember, theirs.GroupMember>
  message: Agrees<ours.Message, theirs.Message>
  messagePage: Agrees<ours.MessagePage, theirs.MessagePage>
  messageReport: Agrees<ours.MessageReport, theirs.ReportView>
  testCard: Agrees<attempts.TestCard, theirs.TestCard>
  shown: Agrees<attempts.Question, theirs.Shown>
  attempt: Agrees<attempts.Attempt, theirs.AttemptView>
  answerSaved: Agrees<attempts.AnswerSaved, theirs.AnswerSaved>
  submitted: Agrees<attempts.Submitted, theirs.Submitted>
  questionResult: Agrees<attempts.QuestionResult, theirs.QuestionResult>
  result: Agrees<attempts.Result, theirs.ResultView>
  ownGrades: Agrees<attempts.OwnGrades, theirs.OwnGrades>
  running: Agrees<running.RunningAttempt, theirs.RunningAttempt>
  bankQuestion: Agrees<questions.BankQuestion, theirs.BankQuestion>
  singleChoiceBody: Agrees<bodies.SingleChoice, theirs.SingleChoice>
  multipleChoiceBody: Agrees<bodies.MultipleChoice, theirs.MultipleChoice>
  trueFalseBody: Agrees<bodies.TrueFalse, theirs.TrueFalse>
  numericalBody: Agrees<bodies.Numerical, theirs.Numerical>
  shortAnswerBody: Agrees<bodies.ShortAnswer, theirs.ShortAnswer>
  matchingBody: Agrees<bodies.Matching, theirs.Matching>
  orderingBody: Agrees<bodies.Ordering, theirs.Ordering>
  clozeBody: Agrees<bodies.Cloze, theirs.Cloze>
  essayBody: Agrees<bodies.Essay, theirs.Essay>
  fileUploadBody: Agrees<bodies.FileUpload, theirs.FileUpload>
  questionPreview: Agrees<questions.QuestionPreview, theirs.QuestionPreview>
  questionVersion: Agrees<questions.QuestionVersion, theirs.QuestionVersion>
  questionCategory: Agrees<questions.QuestionCategory, theirs.Category>
  foundQuestion: Agrees<questions.FoundQuestion, theirs.FoundQuestion>
  importProblem: Agrees<questions.ImportProblem, theirs.ImportProblem>
  testResult: Agrees<results.TestResult, theirs.TestResult>
  histogram: Agrees<results.Histogram, theirs.Histogram>
  questionStatistics: Agrees<results.QuestionStatistics, theirs.QuestionStatistics>
  taker: Agrees<results.Taker, theirs.Taker>
  live: Agrees<results.Live, theirs.Live>
  book: Agrees<results.Book, theirs.Book>
  weights: Agrees<results.Weights, theirs.Weights>
  grading: Agrees<grading.Grading, theirs.Grading>
  gradingLine: Agrees<Omit<grading.GradingLine, 'kind'>, Omit<theirs.GradingLine, 'kind'>>
  givenResponse: Agrees<grading.GivenResponse, theirs.Response>
  grade: Agrees<grading.Grade, theirs.GradeView>
  sheet: Agrees<grading.Sheet, theirs.Sheet>
  saveGrade: Agrees<grading.GradeChange, theirs.SaveGrade>
  regrade: Agrees<grading.Regrade, theirs.Regrade>
  regradePreview: Agrees<grading.RegradePreview, theirs.RegradePreview>
  regradeChange: Agrees<grading.RegradeChange, theirs.GradeChange>
  test: Agrees<tests.Test, theirs.TestDraft>
  testSettings: Agrees<tests.Settings, theirs.Settings>
  testSection: Agrees<tests.TestSection, theirs.Section>
  testEntry: Agrees<tests.TestEntry, theirs.SectionEntry>
  drawRule: Agrees<tests.DrawRule, theirs.DrawRule>
  fixedQuestion: Agrees<tests.FixedQuestion, theirs.FixedQuestion>
  testRevision: Agrees<tests.TestRevision, theirs.TestRevision>
  accommodation: Agrees<tests.Accommodation, theirs.AccommodationView>
}>

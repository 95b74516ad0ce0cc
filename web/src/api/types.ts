/** The shapes of docs/api.md, as they travel. Times are RFC 3339 in UTC. */

export type Id = string
export type Time = string

export interface List<T> {
  items: T[]
  next: string | null
}

export type Role = 'admin' | 'teacher' | 'learner'
export type CourseRole = 'owner' | 'teacher' | 'assistant' | 'learner'
export type Difficulty = 'beginner' | 'intermediate' | 'advanced'
export type CourseState = 'draft' | 'published' | 'archived'
export type EnrolmentRule = 'open' | 'code' | 'staff'
/** What an item can be added as; a test has a way of its own. */
export type WrittenKind = 'lesson' | 'file' | 'video' | 'link'
export type ItemKind = WrittenKind | 'test'
export type ItemState = 'started' | 'done'

export interface Account {
  id: Id
  name: string
  email: string
  role: Role
  locale: string
  time_zone: string
  created_at: Time
}

/** An account, as its owner is told of it. */
export interface Myself extends Account {
  /** Where an admin runs the school if not at this address; empty where only they know it. */
  administration: string | null
}

export interface Person {
  id: Id
  name: string
}

export interface School {
  id: Id
  name: string
  locale: string
  time_zone: string
  sign_up: 'open' | 'closed'
  catalogue: 'public' | 'members'
  description: string
  version: number
}

export interface SignedIn {
  token: string
  expires_at: Time
  account: Myself
}

export interface Session {
  id: Id
  kind: 'browser' | 'token'
  name: string
  user_agent: string
  address: string
  created_at: Time
  seen_at: Time
  expires_at: Time
  current: boolean
}

export interface CourseCard {
  id: Id
  title: string
  summary: string
  cover: string | null
  category: string
  difficulty: Difficulty | null
  language: string
  /** Null where it has never been published. */
  revision: number | null
  published_at: Time | null
  enrolment: EnrolmentRule
  places: number | null
  places_left: number | null
  lessons: number
  /** Only in the list of courses that one teaches. */
  state?: CourseState
  role?: StaffRole
}

export interface Item {
  id: Id
  kind: ItemKind
  title: string
  minutes: number
  release_at: Time | null
  due_at: Time | null
  locked: boolean
}

export interface Module {
  id: Id
  title: string
  items: Item[]
  /** Only in the draft. */
  version?: number
}

export interface Outline {
  revision: number
  modules: Module[]
}

export interface CourseProgress {
  /** 0 to 100. */
  percent: number
  items: Record<Id, ItemState>
  continue: Id | null
  enrolled_at: Time
  completed_at: Time | null
}

export interface Course {
  id: Id
  title: string
  summary: string
  cover: string | null
  category: string
  difficulty: Difficulty | null
  language: string
  state: CourseState
  enrolment: EnrolmentRule
  places: number | null
  places_left: number | null
  teachers: Person[]
  version: number
  role: CourseRole | null
  outline: Outline
  progress: CourseProgress | null
  enrolment_code?: string | null
  draft_changes?: number
}

export interface File {
  id: Id
  name: string
  media_type: string
  size: number
  url: string
}

export interface Heading {
  level: number
  id: string
  title: string
}

export interface Neighbour {
  id: Id
  title: string
}

export interface ItemPage extends Item {
  course_id: Id
  module: { id: Id; title: string }
  revision: number
  html: string
  toc: Heading[]
  url: string | null
  file: File | null
  previous: Neighbour | null
  next: Neighbour | null
  state: ItemState | null
  /** How far one has read, 0 to 1. */
  place: number
}

export interface Warning {
  line: number
  code: string
  detail: string
}

export interface DraftItem extends Item {
  version: number
  module_id: Id
  source: string
  url: string | null
  file: File | null
  html: string
  toc: Heading[]
  warnings: Warning[]
}

export interface Revision {
  number: number
  created_at: Time
  author: Person
  note: string
  title: string
}

/** One side of a change; only what differs. */
export interface Aspect {
  title?: string
  summary?: string
  category?: string
  difficulty?: Difficulty | null
  language?: string
  cover?: string | null
  /** The title of the module that the item is in. */
  module?: string
  module_id?: Id
  /** In its module, from 1. */
  position?: number
  kind?: ItemKind
  source?: string
  url?: string | null
  file?: File | null
  release_at?: Time | null
  due_at?: Time | null
}

export interface Change {
  kind: 'added' | 'removed' | 'changed' | 'moved' | 'renamed' | 'settings'
  item_id: Id | null
  module_id: Id | null
  title: string
  before: Aspect | null
  after: Aspect | null
}

export interface Enrolment {
  course: CourseCard
  percent: number
  continue: { id: Id; title: string; module: string } | null
  enrolled_at: Time
  completed_at: Time | null
  seen_at: Time | null
}

export interface Participant {
  account: Person & { email: string }
  /** Staff are in a list of their own. */
  role: 'learner'
  state: 'active' | 'left' | 'completed'
  enrolled_at: Time
  completed_at: Time | null
  percent: number
  seen_at: Time | null
}

export interface Moment {
  course: { id: Id; title: string }
  item: { id: Id; title: string; kind: ItemKind }
  event: 'release' | 'due'
  at: Time
  state: ItemState | null
}

export interface ReportLine {
  file: string
  line: number
  severity: 'warning' | 'error'
  code: string
  detail: string
}

export interface Report {
  lines: ReportLine[]
}

export interface Facet<Value extends string = string> {
  value: Value
  count: number
}

export interface Facets {
  categories: Facet[]
  difficulties: Facet<Difficulty>[]
  languages: Facet[]
}

export interface Progress {
  state: ItemState
  place: number
  percent: number
  completed_at: Time | null
}

/** A course as those who teach in it see it: its draft. */
export interface DraftCourse extends Course {
  draft_changes: number
  enrolment_code: string | null
  outline: DraftOutline
}

export interface DraftOutline {
  /** The revision that learners read; 0 where none has been published. */
  revision: number
  modules: DraftModule[]
}

export interface DraftModule {
  id: Id
  title: string
  version: number
  items: DraftEntry[]
}

/** An item in the outline of a draft. */
export type DraftEntry = Item & { version: number }

export interface Preview {
  html: string
  toc: Heading[]
  warnings: Warning[]
}

export interface Imported {
  course: Course
  report: Report
}

export type StaffRole = 'owner' | 'teacher' | 'assistant'

export interface StaffMember {
  account: Person & { email: string }
  role: StaffRole
}

/** What became of a list of addresses. */
export interface BatchResult {
  enrolled: number
  invited: number
  already: number
  lines: { line: number; code: string; detail: string }[]
}

/** An account as the school's admins see it. */
export interface ManagedAccount extends Account {
  suspended: boolean
}

export type ActiveState = 'active' | 'archived'

/** A cohort of a course; study groups live in it. */
export interface Class {
  id: Id
  course_id: Id
  name: string
  description: string
  /** Everyone in the course, or whom staff choose. */
  admission: 'course' | 'staff'
  /** Who may make groups in it. */
  groups_by: 'learners' | 'staff'
  state: ActiveState
  mine: boolean
  /** Null: all of the course. */
  members: number | null
  version: number
}

export interface ClassMember {
  account: Person
  joined_at: Time
}

export type GroupAdmission = 'open' | 'request' | 'invitation'
export type GroupRole = 'owner' | 'moderator' | 'member'

export interface Group {
  id: Id
  course: { id: Id; title: string }
  class: { id: Id; name: string }
  name: string
  description: string
  admission: GroupAdmission
  places: number | null
  members: number
  state: ActiveState
  role: GroupRole | null
  /** What the caller is to the group; `staff` are not in it, but may do all that its owner may. */
  standing: 'member' | 'requested' | 'staff' | 'none'
  muted_until: Time | null
  /** Until when a link lets people in; only for its moderators. */
  invited_until: Time | null
  version: number
}

/** One of my groups, with what I have not read in it. */
export interface GroupEntry extends Group {
  /** 100 means "many". */
  unread: number
  mentioned: boolean
  read_seq: number
  seq: number
  epoch: number
  last: { seq: number; author: Person; text: string; at: Time } | null
}

export interface GroupMember {
  account: Person
  role: GroupRole
  state: 'active' | 'requested'
  muted_until: Time | null
  joined_at: Time
}

export interface Invitation {
  url: string
  expires_at: Time
}

export interface Reaction {
  emoji: string
  accounts: Id[]
}

/** What one said in a group. A deleted message has neither text, files, mentions nor reactions. */
export interface Message {
  seq: number
  author: Person
  at: Time
  text: string
  html: string
  reply_to: number | null
  quoted: { seq: number; author: Person; text: string; deleted: boolean } | null
  files: File[]
  mentions: Id[]
  reactions: Reaction[]
  edited_at: Time | null
  deleted_at: Time | null
  pinned: boolean
}

/** Messages that follow each other, oldest first. */
export interface MessagePage {
  items: Message[]
  /** Ask on with it for older ones; null where there are none. */
  before: number | null
  /** The same for newer ones. */
  after: number | null
  /** How far the group's room was. */
  epoch: number
  seq: number
}

export interface MessageReport {
  id: Id
  message: Message
  reporter: Person
  reason: string
  state: 'open' | 'upheld' | 'dismissed'
  decided_by: Person | null
  decided_at: Time | null
  created_at: Time
}

/** What is older than `archived_until` is not in the list. */
export interface AuditPage extends List<AuditEntry> {
  archived_until: string | null
}

export interface AuditEntry {
  id: Id
  at: Time
  actor: Person
  /** Such as `groups.removed`. */
  action: string
  /** Such as `group:<id>`. */
  subject: string
  course_id: Id | null
  details: Record<string, string | number | boolean | string[] | null>
}

export type NotificationKind =
  | 'mention'
  | 'reply'
  | 'group_request'
  | 'group_admitted'
  | 'group_removed'
  | 'report'
  | 'report_decided'

export interface Notification {
  id: Id
  kind: NotificationKind
  data: {
    group: { id: Id; name: string }
    author: Person
    /** Of the message that it is about, and how that begins. */
    seq?: number
    text?: string
  }
  created_at: Time
  read_at: Time | null
}

export interface NotificationPage extends List<Notification> {
  /** 100 means "many". */
  unread: number
}

/** What comes by mail: nothing, one letter with what one has not read after a while, or one for each at once. */
export type MailPreference = 'off' | 'digest' | 'immediate'

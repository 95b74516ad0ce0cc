"""What columns and kinds are called in tables that were not made for Banyan, in several languages."""

__all__ = ["ALSO", "FALSE", "KINDS_ALSO", "NUMBERED_ALSO", "TRUE"]


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return {name.strip(): meant for meant, listed in names.items() for name in listed.split(",")}


ALSO = _by_name(
    {
        "text": """question, question text, question title text, prompt, stem, frage, fragetext, pregunta, pergunta,
            domanda, vraag, fråga, pytanie, soru, вопрос, السؤال, سؤال, 问题, 質問""",
        "kind": "type, question type, kind of question, fragetyp, typ, tipo, tipo de pregunta, тип",
        "title": "name, question name, titel, titre, título, titolo, название, العنوان",
        "correct": """correct answer, correct answers, correct option, correct options, right, right answer,
            right answers, answer key, key, solution, richtig, richtige antwort, richtige antworten, korrekt,
            korrekte antwort, lösung,
            bonne réponse, bonnes réponses, réponse correcte, correcta, respuesta correcta, respuestas correctas,
            resposta correta, correta, risposta corretta, corretta, juiste antwoord, правильный ответ,
            الإجابة الصحيحة""",
        "answer": "ans, antwort, réponse, respuesta, resposta, risposta, antwoord, ответ, الإجابة",
        "feedback": """explanation, answer explanation, general feedback, rationale, erklärung, erläuterung,
            explication, explicación, explicação, spiegazione, пояснение, الشرح""",
        "points": "mark, marks, score, point, punkte, puntos, pontos, punti, punten, баллы, الدرجة",
        "category": "kategorie, catégorie, categoría, categoria, topic, thema, subject, категория",
        "difficulty": "schwierigkeit, difficulté, dificultad, dificuldade",
        "code": "id, question id",
        "tags": "tag, schlagwörter, étiquettes, etiquetas",
        "hints": "hint, tipp, indice, pista",
    }
)
NUMBERED_ALSO = _by_name(
    {
        "answer": """answer, answer option, option, choice, alternative, possible answer, antwort, antwortmöglichkeit,
            réponse, choix, respuesta, opción, resposta, opção, alternativa, risposta, opzione, antwoord, ответ,
            вариант, вариант ответа, الخيار, خيار, الإجابة""",
        "wrong": """wrong, wrong answer, incorrect answer, incorrect, incorrect option, wrong option, distractor,
            falsche antwort, mauvaise réponse, respuesta incorrecta, resposta incorreta, risposta sbagliata""",
        "weight": "weight, fraction, answer weight, points for answer",
        "feedback": "feedback, answer feedback, feedback for answer",
        "match": "match, matching, pair",
    }
)
KINDS_ALSO = _by_name(
    {
        "choice": "mc, mcq, multiple choice, multichoice, quiz, choice, auswahl, choix multiple, opción múltiple",
        "single_choice": "sc, single answer, single, radio, one answer, multiple choice single",
        "multiple_choice": """ma, mr, msq, checkbox, checkboxes, multiple response, multiple answers, multiple answer,
            multiple select, multi select, select all, select all that apply, mehrfachauswahl""",
        "true_false": "tf, true or false, true/false, boolean, vf, vrai/faux, wahr/falsch, verdadero/falso",
        "short_answer": """sa, short, text, fib, fill in the blank, fill in the blanks, type answer, typed answer,
            open answer, kurzantwort, réponse courte, respuesta corta""",
        "numerical": "num, number, numeric, numerisch, numérique, numérica",
        "essay": "es, open ended, long answer, paragraph, free text, freitext, rédaction, ensayo",
        "matching": "mat, match, pairs, zuordnung, appariement, emparejamiento",
        "ordering": "ord, order, sequence, reorder, puzzle, jumble, reihenfolge",
        "file_upload": "file, upload, file response",
        "cloze": "lückentext, gap fill, embedded answers",
    }
)
TRUE = frozenset(
    {"true", "t", "yes", "wahr", "richtig", "vrai", "verdadero", "verdadeiro", "vero", "waar", "верно", "صح"}
)
FALSE = frozenset({"false", "f", "no", "falsch", "faux", "falso", "onwaar", "неверно", "خطأ"})

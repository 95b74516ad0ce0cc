"""The words that rendering adds to a page itself, such as the title of a note that has none."""

from collections.abc import Mapping

Words = Mapping[str, str]

_EN: Words = {
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
    "challenge": "Challenge",
    "solution": "Solution",
    "spoiler": "More",
    "hint": "Hint",
    "objectives": "Objectives",
    "questions": "Questions",
    "keypoints": "Key points",
    "prerequisites": "Prerequisites",
    "checklist": "Checklist",
    "discussion": "Discussion",
    "testimonial": "Testimonial",
    "tab": "Tab",
    "back": "Back to the text",
}

_AR: Words = {
    "note": "ملاحظة",
    "tip": "نصيحة",
    "important": "مهم",
    "warning": "تنبيه",
    "caution": "تحذير",
    "challenge": "تمرين",
    "solution": "الحل",
    "spoiler": "المزيد",
    "hint": "تلميح",
    "objectives": "الأهداف",
    "questions": "أسئلة",
    "keypoints": "النقاط الأساسية",
    "prerequisites": "المتطلبات",
    "checklist": "قائمة مراجعة",
    "discussion": "نقاش",
    "testimonial": "شهادة",
    "tab": "تبويب",
    "back": "العودة إلى النص",
}

_DE: Words = {
    "note": "Hinweis",
    "tip": "Tipp",
    "important": "Wichtig",
    "warning": "Warnung",
    "caution": "Vorsicht",
    "challenge": "Aufgabe",
    "solution": "Lösung",
    "spoiler": "Mehr",
    "hint": "Hilfe",
    "objectives": "Lernziele",
    "questions": "Fragen",
    "keypoints": "Das Wichtigste",
    "prerequisites": "Voraussetzungen",
    "checklist": "Checkliste",
    "discussion": "Diskussion",
    "testimonial": "Erfahrungsbericht",
    "tab": "Reiter",
    "back": "Zurück zum Text",
}

_ES: Words = {
    "note": "Nota",
    "tip": "Consejo",
    "important": "Importante",
    "warning": "Advertencia",
    "caution": "Precaución",
    "challenge": "Ejercicio",
    "solution": "Solución",
    "spoiler": "Más",
    "hint": "Pista",
    "objectives": "Objetivos",
    "questions": "Preguntas",
    "keypoints": "Puntos clave",
    "prerequisites": "Requisitos previos",
    "checklist": "Lista de comprobación",
    "discussion": "Debate",
    "testimonial": "Testimonio",
    "tab": "Pestaña",
    "back": "Volver al texto",
}

_FR: Words = {
    "note": "Remarque",
    "tip": "Conseil",
    "important": "Important",
    "warning": "Avertissement",
    "caution": "Attention",
    "challenge": "Exercice",
    "solution": "Solution",
    "spoiler": "En savoir plus",
    "hint": "Indice",
    "objectives": "Objectifs",
    "questions": "Questions",
    "keypoints": "Points clés",
    "prerequisites": "Prérequis",
    "checklist": "Liste de contrôle",
    "discussion": "Discussion",
    "testimonial": "Témoignage",
    "tab": "Onglet",
    "back": "Retour au texte",
}

_LANGUAGES: Mapping[str, Words] = {"en": _EN, "ar": _AR, "de": _DE, "es": _ES, "fr": _FR}


def words_in(language: str) -> Words:
    """The words in a language by its tag (`ar`, `ar-EG`); English where a language is not known."""
    return _LANGUAGES.get(language.partition("-")[0].casefold(), _EN)

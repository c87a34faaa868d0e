"""What Moodle calls the columns of a grading worksheet, casefolded; where a language is missing, what stands in a column tells it.

English, German, French, Spanish, Portuguese, Italian, Dutch, Chinese, Russian, of the language packs of mod_assign.
"""

from __future__ import annotations


def _names(*names: str) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


IDENTIFIER = _names(
    "Identifier", "ID", "Identifiant", "Identificador", "Identificativo", "Идентификатор", "标识符", "識別碼"
)
GRADE = _names(
    "Grade", "Bewertung", "Note", "Calificación", "Nota", "Valutazione", "Cijfer", "Оценка", "成绩", "成績", "評定"
)
MAXIMUM = _names(
    "Maximum Grade", "Bestwertung", "Maximalbewertung", "Note maximale", "Calificación máxima", "Nota máxima",
    "Valutazione massima", "Maximumcijfer", "Максимальная оценка", "最高成绩", "最高評定",
)  # fmt: skip
SCALE = _names("Scale", "Bewertungsskala", "Skala", "Barème", "Escala", "Scala", "Schaal", "Шкала", "等级")
CAN_CHANGE = _names(
    "Grade can be changed", "Bewertung kann geändert werden", "La note peut être modifiée", "La calificación puede ser cambiada",
    "La calificación se puede cambiar", "Nota pode ser alterada", "A nota pode ser alterada.", "允许更改成绩",
)  # fmt: skip
COMMENTS = _names(
    "Feedback comments", "Feedback als Kommentar", "Feedback par commentaires", "Feedback par commentaire",
    "Comentarios de retroalimentación", "Comentarios de feedback", "Feedback por comentários", "Commenti di feedback",
)  # fmt: skip
YES = _names(
    "Yes", "Ja", "Oui", "Sí", "Sì", "Sim", "Да", "Так", "Tak", "Ano", "Áno", "Igen", "Evet", "Kyllä", "Da", "Ναι",
    "نعم", "כן", "はい", "是", "예", "네",
)  # fmt: skip
NO = _names(
    "No", "Nein", "Non", "Não", "Nee", "Nej", "Nei", "Нет", "Ні", "Nie", "Ne", "Nem", "Hayır", "Ei", "Nu", "Όχι",
    "لا", "לא", "いいえ", "否", "不", "아니오", "아니요",
)  # fmt: skip

"""Passages in another language, spliced into a text."""

from __future__ import annotations

import re

import numpy as np

from framing.corruption.drawing import pick
from framing.corruption.edits import Edit

# Who, does what, where or when: every combination is a sentence. They are nobody's.
_LANGUAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str]] = {
    "German": (
        ("Der Bürgermeister", "Die neue Ministerin", "Ein Sprecher der Behörde", "Unsere Nachbarin",
         "Der Verein"),
        ("hat am Montag den Haushalt vorgestellt", "wollte sich dazu nicht äußern",
         "fährt jeden Tag mit dem Zug", "kündigte weitere Maßnahmen an",
         "sucht noch eine größere Wohnung"),
        ("in der alten Stadthalle", "trotz des schlechten Wetters", "zum dritten Mal in Folge",
         "vor vielen Zuhörern", "ohne Gründe zu nennen"), "."),
    "French": (
        ("Le président du conseil", "La nouvelle directrice", "Un habitant du quartier",
         "Notre équipe", "Le ministère"),
        ("a annoncé une hausse des tarifs", "n'a pas souhaité répondre aux questions",
         "prépare déjà la prochaine saison", "s'est réuni mardi soir",
         "cherche une autre solution"),
        ("à l'hôtel de ville", "malgré les inquiétudes", "depuis plusieurs années",
         "devant une salle pleine", "sans donner de date précise"), "."),
    "Spanish": (
        ("El alcalde de la ciudad", "La nueva ministra", "Un vecino del barrio", "Nuestro equipo",
         "La compañía"),
        ("presentó ayer el presupuesto", "no quiso hacer declaraciones",
         "sigue buscando una solución", "anunció más inversiones", "perdió el último tren"),
        ("en la plaza mayor", "después de la reunión", "por tercera vez este año",
         "ante cientos de personas", "sin explicar los motivos"), "."),
    "Italian": (
        ("Il sindaco del paese", "La nuova direttrice", "Un portavoce della società",
         "La nostra squadra", "Il ministro"),
        ("ha presentato il bilancio", "non ha voluto rispondere",
         "cerca ancora una casa più grande", "ha annunciato altri lavori",
         "torna sempre in autunno"),
        ("nella sala del consiglio", "nonostante la pioggia", "per la terza volta",
         "davanti a molte persone", "senza spiegare perché"), "."),
    "Portuguese": (
        ("O presidente da câmara", "A nova ministra", "Um morador da região", "A nossa equipa",
         "A empresa"),
        ("apresentou ontem o orçamento", "não quis prestar declarações",
         "continua à procura de uma solução", "anunciou novas obras", "perdeu o último comboio"),
        ("na praça principal", "depois da reunião", "pela terceira vez", "perante muitas pessoas",
         "sem explicar as razões"), "."),
    "Dutch": (
        ("De burgemeester", "Een woordvoerder van de gemeente", "Onze buurvrouw",
         "Het nieuwe bestuur", "De minister"),
        ("heeft maandag de begroting voorgesteld", "wilde niet reageren op vragen",
         "zoekt nog steeds een groter huis", "kondigde meer maatregelen aan",
         "reist elke dag met de trein"),
        ("in het oude stadhuis", "ondanks het slechte weer", "voor de derde keer",
         "voor een volle zaal", "zonder een reden te geven"), "."),
    "Swedish": (
        ("Borgmästaren", "Den nya ministern", "En talesman för bolaget", "Vår granne",
         "Föreningen"),
        ("lade fram budgeten i måndags", "ville inte svara på frågor",
         "söker fortfarande en lösning", "meddelade flera åtgärder", "åker tåg varje dag"),
        ("i det gamla rådhuset", "trots det dåliga vädret", "för tredje gången", "inför full sal",
         "utan att ange skäl"), "."),
    "Polish": (
        ("Burmistrz miasta", "Nowa minister", "Rzecznik urzędu", "Nasza drużyna", "Zarząd spółki"),
        ("przedstawił w poniedziałek budżet", "nie chciał odpowiedzieć na pytania",
         "wciąż szuka rozwiązania", "zapowiedział kolejne zmiany", "codziennie jeździ pociągiem"),
        ("w starym ratuszu", "mimo złej pogody", "po raz trzeci", "przed pełną salą",
         "bez podania przyczyny"), "."),
    "Turkish": (
        ("Belediye başkanı", "Yeni bakan", "Şirketin sözcüsü", "Komşumuz", "Dernek yönetimi"),
        ("pazartesi günü bütçeyi açıkladı", "soruları yanıtlamak istemedi",
         "hâlâ bir çözüm arıyor", "yeni önlemler duyurdu", "her gün trenle gidiyor"),
        ("eski belediye binasında", "kötü havaya rağmen", "üçüncü kez", "dolu bir salonun önünde",
         "neden belirtmeden"), "."),
    "Russian": (
        ("Мэр города", "Новый министр", "Представитель компании", "Наша соседка", "Правление"),
        ("в понедельник представил бюджет", "не захотел отвечать на вопросы", "ещё ищет решение",
         "объявил о новых мерах", "каждый день ездит на поезде"),
        ("в старой ратуше", "несмотря на плохую погоду", "в третий раз", "перед полным залом",
         "не называя причин"), "."),
    "Greek": (
        ("Ο δήμαρχος", "Η νέα υπουργός", "Ένας εκπρόσωπος της εταιρείας", "Η γειτόνισσά μας"),
        ("παρουσίασε τον προϋπολογισμό", "δεν θέλησε να απαντήσει", "ψάχνει ακόμη μια λύση",
         "ανακοίνωσε νέα μέτρα"),
        ("στο παλιό δημαρχείο", "παρά την κακοκαιρία", "για τρίτη φορά",
         "χωρίς να δώσει λόγο"), "."),
    "Arabic": (
        ("رئيس البلدية", "الوزيرة الجديدة", "متحدث باسم الشركة", "جارتنا"),
        ("قدم الميزانية يوم الاثنين", "رفض الإجابة عن الأسئلة", "ما زال يبحث عن حل",
         "أعلن عن إجراءات جديدة"),
        ("في المبنى القديم", "رغم سوء الطقس", "للمرة الثالثة", "أمام قاعة ممتلئة"), "."),
    "Chinese": (
        ("市长", "新任部长", "公司发言人", "我们的邻居"),
        ("星期一公布了预算", "不愿回答记者的问题", "还在寻找解决办法", "宣布了新的措施"),
        ("在旧市政厅里", "尽管天气不好", "这已经是第三次了", "没有说明原因"), "。"),
    "Japanese": (
        ("市長は", "新しい大臣は", "会社の広報担当者は", "隣の人は"),
        ("月曜日に予算を発表し", "質問に答えることを避け", "まだ解決策を探しており",
         "毎日電車で通い"),
        ("古い市役所で話した", "悪天候でも出かけた", "これで三回目になる",
         "理由は示さなかった"), "。"),
    "Latin": (
        ("Lorem ipsum dolor sit amet", "Integer nec odio", "Vestibulum lacinia arcu",
         "Sed cursus ante"),
        ("consectetur adipiscing elit", "praesent libero sed cursus", "eget nulla class aptent",
         "dapibus diam sed nisi"),
        ("nulla quis sem at nibh", "elementum imperdiet duis", "taciti sociosqu ad litora",
         "per conubia nostra"), "."),
}  # fmt: skip
_BREAK = re.compile(r"(?<=[.!?\"”’)])(?: |\n+)(?=\S)")


def foreign(text: str, severity: float, rng: np.random.Generator) -> list[Edit]:
    """Splice in a passage of another language, between two sentences or at an end.

    A fifth of the passages are the filler text of a page that was not finished.
    """
    if not text.strip():
        return []
    share = min(severity, 0.9)
    budget = share * len(text) / (1 - share)
    language = pick(rng, (*_LANGUAGES, *["Latin"] * 3))
    parts, end = _LANGUAGES[language][:3], _LANGUAGES[language][3]
    between = "" if end == "。" else " "
    passage = ""
    while True:
        sentence = between.join(pick(rng, part) for part in parts) + end
        if passage and len(passage) + len(sentence) + 1 > budget:
            break
        if not passage and len(sentence) + 1 > budget:
            # a phrase is the least
            passage = pick(rng, parts[1])
            break
        passage += (between if passage else "") + sentence
    breaks = [0, *(match.end() for match in _BREAK.finditer(text)), len(text)]
    at = pick(rng, breaks)
    after = pick(rng, (" ", " ", "\n", "\n\n")) if "\n" in text else " "
    if at == len(text):
        return [Edit(at, at, after + passage)]
    return [Edit(at, at, passage + after)]

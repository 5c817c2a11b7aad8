"""What the page says, in both languages: it neither accuses nor threatens, and promises only what the service itself keeps.

Written by reference/domain.md: a page that tracks nobody may not claim tracing, so it speaks of law, child and help.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from skyddsnat.catalogue.text import Text
from skyddsnat.policy.complaints import Reason

TITLE: Final = Text("Adressen är blockerad", "This address is blocked")
LEAD: Final = Text(
    "{operator} har stoppat adressen i sitt nät. Den står på en lista över adresser med dokumenterade sexuella övergrepp mot "
    "barn.",
    "{operator} has stopped this address in its network. It is on a list of addresses with child sexual abuse material.",
)
NO_BLAME: Final = Text(
    "Det går att hamna här av misstag: genom en länk, en annons eller ett program. Att du ser sidan betyder inte att du har "
    "gjort något fel.",
    "People end up here by mistake: through a link, an advertisement or an app. Seeing this page does not mean that you "
    "have done anything wrong.",
)
WRONG_BLOCK: Final = Text("Är blockeringen fel?", "Is the block wrong?")
WHO_JUDGES: Final = Text(
    "Polis eller en hotline har bedömt adressen. {operator} bedömer inte innehåll.",
    "The police or a hotline has assessed the address. {operator} does not judge content.",
)
LAW: Final = Text(
    "Bakom varje bild finns ett barn som har farit illa, och som farit illa igen varje gång bilden visas. Därför är det "
    "förbjudet i lag att sprida, inneha och titta på sådant material (i Sverige 16 kap. 10 a § brottsbalken).",
    "Behind every picture is a child who was harmed, and is harmed again each time it is seen. That is why the law forbids "
    "spreading, having and watching such material (in Sweden chapter 16, section 10 a of the Criminal Code).",
)
PRIVACY_HEAD: Final = Text("Vad sidan vet om dig", "What this page knows about you")
PRIVACY: Final = Text(
    "Ingenting. Den sparar inte din IP-adress, inga kakor och inget om din utrustning, och ett besök här startar inget ärende. "
    "Vi räknar bara hur många gånger i timmen sidan visas.",
    "Nothing. It stores no IP address, no cookie and nothing about your device, and a visit here starts no case. We only "
    "count how many times an hour the page is shown.",
)
HELP_HEAD: Final = Text("Oroar du dig för dina egna sexuella tankar?", "Do you worry about your own sexual thoughts?")
HELP: Final = Text(
    "Det finns hjälp, och många har fått den. Samtalet är gratis och du behöver inte säga vem du är.",
    "There is help, and many have had it. The call is free and you need not say who you are.",
)
SUPPORT_HEAD: Final = Text("Är du barn, eller orolig för ett barn?", "Are you a child, or worried about one?")
SUPPORT: Final = Text(
    "Det är aldrig barnets fel. Det finns vuxna som lyssnar.",
    "It is never the child's fault. There are adults who listen.",
)
COMPLAIN_HEAD: Final = Text("Tror du att blockeringen är fel?", "Do you think that the block is wrong?")
COMPLAIN: Final = Text(
    "Säg till. En blockering som är fel ska bort fort. Ditt klagomål häver den inte av sig självt: den som ansvarar för "
    "listan prövar den igen.",
    "Tell us. A wrong block should go quickly. Your complaint does not lift it by itself: whoever is responsible for the "
    "list looks at it again.",
)
COMPLAIN_LINK: Final = Text("Klaga på blockeringen", "Complain about the block")
BACK: Final = Text("Tillbaka", "Back")
OTHER_LANGUAGE: Final = Text("English", "Svenska")
VISIT: Final = Text("Till {name}", "To {name}")
CALL: Final = Text("Ring {phone}", "Call {phone}")

FORM_TITLE: Final = Text("Klaga på en blockering", "Complain about a block")
FORM_LEAD: Final = Text(
    "Adressen prövas igen av den som ansvarar för listan. Ingen hos {operator} behöver titta på innehållet, och du ska inte "
    "skicka några bilder.",
    "The address is assessed again by whoever is responsible for the list. Nobody at {operator} needs to look at the "
    "content, and you must not send any pictures.",
)
WHAT: Final = Text("Adress eller referens", "Address or reference")
WHAT_HINT: Final = Text(
    "Till exempel foretag.example, eller de åtta tecken som kundservice har gett dig. Av en hel webbadress sparas bara namnet.",
    "Such as company.example, or the eight characters that customer service gave you. Of a full web address only the name is "
    "kept.",
)
REASON: Final = Text("Vad är fel?", "What is wrong?")
REASONS: Final = MappingProxyType(
    {
        Reason.NOT_ILLEGAL: Text("Det finns inget olagligt där", "There is nothing unlawful there"),
        Reason.WRONG_SCOPE: Text("Mer är blockerat än det borde", "More is blocked than should be"),
        Reason.NEW_OWNER: Text("Adressen har bytt ägare", "The address has another owner now"),
        Reason.UNSURE: Text("Jag vet inte varför den är blockerad", "I do not know why it is blocked"),
    }
)
CONTACT: Final = Text("E-post eller telefon, om du vill ha svar", "E-mail or telephone, if you want a reply")
CONTACT_HINT: Final = Text(
    "Frivilligt. Bara {operator} ser den. Den förvaras krypterad och raderas senast efter 180 dagar, eller 14 dagar efter "
    "svaret.",
    "Optional. Only {operator} sees it. It is kept encrypted and erased after 180 days, or 14 days after the reply.",
)
NOT_ENCRYPTED: Final = Text(
    "Den här sidan är inte krypterad, eftersom den visas i stället för en annan. Vill du inte att andra i samma nät kan läsa "
    "vad du skriver, kontakta oss i stället: {support}",
    "This page is not encrypted, since it is shown in place of another. If others in the same network must not read what you "
    "write, reach us instead: {support}",
)
SEND: Final = Text("Skicka", "Send")
WRONG_HEAD: Final = Text("Det gick inte att skicka än", "It could not be sent yet")
WRONG: Final = MappingProxyType(
    {
        "what_missing": Text("Skriv adressen eller referensen.", "Write the address or the reference."),
        "what": Text(
            "Vi förstår inte adressen. Skriv den som foretag.example, eller de åtta tecknen i referensen.",
            "We do not understand the address. Write it like company.example, or the eight characters of the reference.",
        ),
        "reason": Text("Välj vad som är fel.", "Choose what is wrong."),
        "contact": Text(
            "Skriv en e-postadress eller ett telefonnummer, eller lämna fältet tomt.",
            "Write an e-mail address or a telephone number, or leave it empty.",
        ),
        "stale": Text(
            "Formuläret hade stått öppet för länge, eller skickades för fort. Skicka det en gång till.",
            "The form had been open for too long, or was sent too quickly. Send it once more.",
        ),
        "full": Text(
            "Det kommer väldigt många klagomål just nu. Vänta några minuter och skicka igen, eller kontakta oss: {support}",
            "Very many complaints are coming in just now. Wait some minutes and send again, or reach us: {support}",
        ),
        "disk": Text(
            "Vi kunde inte ta emot klagomålet. Försök igen senare, eller kontakta oss: {support}",
            "We could not take in your complaint. Try again later, or reach us: {support}",
        ),
    }
)
TAKEN_TITLE: Final = Text("Tack, klagomålet är mottaget", "Thank you, your complaint is received")
TAKEN: Final = Text(
    "Spara kvittot. Med det kan du fråga hur det går: {support}",
    "Keep the receipt. With it you can ask how it is going: {support}",
)
RECEIPT: Final = Text("Kvitto", "Receipt")
TAKEN_NEXT: Final = Text(
    "Adressen prövas av den som ansvarar för listan. Är blockeringen fel hävs den hos alla operatörer som deltar.",
    "The address is assessed by whoever is responsible for the list. If the block is wrong, it is lifted at every operator that "
    "takes part.",
)

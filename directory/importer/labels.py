"""What people write above the columns, in English, French, Bulgarian and Dutch; case and accents do not matter."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

LABELS: Final = MappingProxyType(
    {
        "id": "id · identifier · reference · record id · identifiant · référence · réf · code · identificatie · "
        "kenmerk · идентификатор · ид · код · референция",
        "kind": "kind · type · category · kind of place · type of place · genre · catégorie · type de lieu · nature · "
        "soort · categorie · вид · тип · категория",
        "name": "name · title · name of the contact point · contact point · nom · intitulé · dénomination · "
        "nom du point de contact · point de contact · raison sociale · naam · benaming · naam van het contactpunt · "
        "contactpunt · име · наименование · название · заглавие · име на контактната точка · контактна точка",
        "alt_names": "alt names · alternative names · other names · also known as · aliases · abbreviations · "
        "acronym · autres noms · noms alternatifs · alias · sigle · sigles · andere namen · afkorting · "
        "afkortingen · други имена · други наименования · съкращение · съкращения",
        "organization": "organization · organisation · run by · organisme · association · structure · organisatie · "
        "vereniging · организация · сдружение · институция · структура",
        "network": "network · réseau · netwerk · мрежа",
        "description": "description · about · text · summary · présentation · texte · résumé · beschrijving · "
        "omschrijving · tekst · samenvatting · описание · представяне · текст · резюме",
        "topics": "topics · topic · themes · subjects · helps with · thèmes · thème · thématiques · thématique · "
        "sujets · domaines · domaines d'aide · onderwerpen · onderwerp · thema's · thema · domeinen · теми · тема · "
        "тематика · области",
        "audiences": "audiences · audience · for whom · target group · target groups · public · publics · "
        "public cible · publics cibles · doelgroep · doelgroepen · voor wie · целева група · целеви групи · "
        "аудитория · за кого",
        "residence_status": "residence status · residence statuses · legal status · statut de séjour · "
        "statuts de séjour · titre de séjour · situation administrative · verblijfsstatus · verblijfstatus · "
        "статут на пребиваване · статус на пребиваване · статут на престой · правен статут",
        "languages": "languages · language · spoken languages · languages spoken · langues · langue · "
        "langues parlées · talen · taal · gesproken talen · езици · език · говорими езици",
        "street": "street · address · street address · street and number · street and house number · rue · adresse · "
        "rue et numéro · voie · straat · adres · straat en nummer · straat en huisnummer · улица · адрес · "
        "улица и номер · ул",
        "postal_code": "postal code · postcode · post code · zip · zip code · code postal · cp · codes postaux · "
        "пощенски код · пк · п.к.",
        "city": "city · town · municipality · locality · ville · commune · localité · municipalité · stad · "
        "gemeente · plaats · woonplaats · град · населено място · община",
        "country": "country · country code · pays · code pays · land · landcode · държава · страна · код на държавата",
        "latitude": "latitude · lat · breedtegraad · breedte · географска ширина · ширина",
        "longitude": "longitude · lon · lng · long · lengtegraad · lengte · географска дължина · дължина",
        "precision": "precision · accuracy · précision · précision des coordonnées · nauwkeurigheid · precisie · "
        "точност",
        "phone": "phone · phones · telephone · phone number · telephone number · tel · téléphone · téléphones · "
        "numéro de téléphone · tél · telefoon · telefoons · telefoonnummer · телефон · телефони · телефонен номер · "
        "тел",
        "email": "email · e-mail · mail · email address · e-mail address · courriel · adresse e-mail · adresse mail · "
        "adresse électronique · adresse courriel · e-mailadres · имейл · е-мейл · емейл · мейл · е-поща · "
        "електронна поща · ел. поща · имейл адрес",
        "website": "website · web site · web · site · url · homepage · web address · site web · site internet · "
        "adresse web · webstek · webadres · уебсайт · уеб сайт · сайт · уеб страница · интернет страница · уеб адрес",
        "opening_hours": "opening hours · hours · opening times · open · horaires · horaire · heures d'ouverture · "
        "horaires d'ouverture · heures · openingsuren · openingstijden · uren · работно време · часове · "
        "часове на работа · приемно време",
        "cost": "cost · costs · price · fee · coût · coûts · prix · tarif · tarifs · kosten · kostprijs · prijs · "
        "цена · цени · такса · разходи · стойност",
        "appointment": "appointment · appointments · by appointment · rendez-vous · rdv · sur rendez-vous · "
        "afspraak · op afspraak · записан час · записване · предварително записване · с уговорка · уговорен час",
        "wheelchair": "wheelchair · wheelchair access · wheelchair accessible · accessibility · accessible · "
        "accessible PMR · accès PMR · PMR · accessibilité · accessibilité PMR · fauteuil roulant · rolstoel · "
        "rolstoeltoegankelijk · toegankelijkheid · toegankelijk · достъпност · достъпно · инвалидна количка · "
        "достъп с инвалидна количка · достъпна среда",
        "status": "status · state · statut · état · toestand · статус · статут · състояние",
        "verified_on": "verified on · verified · last verified · checked on · date checked · vérifié le · vérifié · "
        "date de vérification · vérification · gecontroleerd op · gecontroleerd · nagekeken op · geverifieerd op · "
        "проверено на · проверено · дата на проверка · проверка",
        "source_url": "source url · source · source link · lien source · url source · adresse de la source · bron · "
        "bron url · bronvermelding · източник · url на източника · адрес на източника",
    }
)
"""Column → its labels. `description` stands for the texts, which always name a language too."""

CONNECTIVES: Final = frozenset(
    "in en na na the le la het op au aux du de auf на по в lang langue language taal език".split()
)
"""Words between a label and its language, as in "name in French" and "описание на български"."""

LANGUAGES: Final = MappingProxyType(
    {
        "en": "en eng english anglais anglaise engels engelse английски английско англ ен",
        "fr": "fr fre fra french français française frans franse френски френско фр",
        "bg": "bg bul bulgarian bulgare bulgaars bulgaarse български българско бълг бг",
        "nl": "nl dut nld dutch néerlandais néerlandaise nederlands nederlandse нидерландски нидерландско "
        "холандски холандско нл",
        "de": "de ger deu german allemand allemande duits duitse немски немско нем",
        "es": "es spa spanish espagnol espagnole spaans spaanse испански испанско",
        "ar": "ar ara arabic arabe arabisch arabische арабски арабско",
        "fa": "fa per fas persian farsi dari persan persane perzisch perzische персийски персийско фарси",
        "uk": "uk ukr ukrainian ukrainien ukrainienne oekraïens oekraïense украински украинско",
        "ru": "ru rus russian russe russisch russische руски руско",
        "tr": "tr tur turkish turc turque turks turkse турски турско",
        "el": "el gre ell greek grec grecque grieks griekse гръцки гръцко",
        "pt": "pt por portuguese portugais portugaise portugees portugese португалски португалско",
        "it": "it ita italian italien italienne italiaans italiaanse италиански италианско",
        "ro": "ro rum ron romanian roumain roumaine roemeens roemeense румънски румънско",
        "pl": "pl pol polish polonais polonaise pools poolse полски полско",
        "ti": "ti tir tigrinya тигриня",
        "so": "so som somali сомалийски",
        "ps": "ps pus pashto пущу",
        "sq": "sq alb sqi albanian albanais albanaise albanees albanese албански албанско",
    }
)
"""ISO 639-1 code → how it is named beside a label. Every other language is known by its code."""

REMARKS: Final = frozenset(
    "required obligatoire verplicht задължително optional facultatif optioneel wgs84 wgs iso e164 osm gps".split()
)
"""Words beside a label that say how to fill the column, not which column it is."""

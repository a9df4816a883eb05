"""French."""

from __future__ import annotations

from typing import Final

MONTHS: Final = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
DAY: Final = "{day} {month} {year}"
TEXTS: Final[dict[str, str]] = {
    "language": "Français",
    "languages": "Langue",
    "skip": "Aller au contenu",
    "connection_one": "1 raccordement",
    "connection_many": "{n} raccordements",
    "day_one": "1 jour",
    "day_many": "{n} jours",
    # L'invitation
    "ask_title": "Partagez votre consommation d'énergie avec {name}",
    "ask_for": "Pour {label}",
    "what": "Ce que {name} demande",
    "VH_dag": "ce que vous prélevez sur le réseau et y injectez, par jour",
    "VH_kwartier_uur": "ce que vous prélevez sur le réseau et y injectez, par quart d'heure (gaz "
    ": par heure)",
    "VH_onbepaald": "ce que vous prélevez sur le réseau et y injectez, par jour ou par quart "
    "d'heure, à votre choix",
    "IG": "les installations que vous avez, comme des panneaux solaires",
    "eneco_data": "votre consommation par heure et l'adresse de fourniture",
    "period_chosen": "pour la période que vous choisissez",
    "period_from": "à partir du {start}",
    "period_between": "du {start} au {last} inclus",
    "period_until": "jusqu'au {last} inclus",
    "most": "pour {connections} au plus",
    "expected": "{name} attend de vous {connections}.",
    "purpose": "À quoi cela sert",
    "how": "Comment cela se passe",
    "fluvius_1": "Vous vous identifiez sur Mijn Fluvius, le site du gestionnaire de réseau.",
    "fluvius_2": "Vous y choisissez les raccordements que vous partagez, et vous confirmez.",
    "fluvius_3": "Vous revenez ici et voyez le résultat.",
    "eneco_1": "Vous vous identifiez chez Eneco, ou chez KPN FIAM, qui conserve les accords.",
    "eneco_2": "Vous y acceptez que {party} voie vos données.",
    "eneco_no_link": "Eneco ne publie pas l'adresse de cette page, nous ne pouvons donc pas vous y "
    "conduire : ouvrez votre propre page chez Eneco, ou chez KPN FIAM.",
    "holds_fluvius": "Votre accord vaut pour trois ans. Il ne coûte rien, et vous pouvez y mettre "
    "fin à tout moment sur Mijn Fluvius.",
    "holds_eneco": "Cela ne coûte rien, et vous pouvez y retirer votre accord à tout moment.",
    "agree": "En continuant, vous acceptez cette utilisation, telle que décrite ci-dessus.",
    "go_fluvius": "Continuer vers Mijn Fluvius",
    "go_eneco": "Continuer vers Eneco",
    "go_eneco_agree": "J'accepte cette utilisation",
    "go_more": "Partager aussi d'autres raccordements",
    "go_again": "Redemander sur Mijn Fluvius",
    "go_renew": "Renouveler sur Mijn Fluvius",
    # Où cela en est
    "shared_title": "Vous partagez votre consommation avec {name}",
    "shared_list": "Ces raccordements sont partagés :",
    "electricity": "Électricité, code EAN se terminant par {ending}",
    "gas": "Gaz, code EAN se terminant par {ending}",
    "heat": "Chaleur, numéro se terminant par {ending}",
    "other": "Raccordement se terminant par {ending}",
    "shared_next": "Vous n'avez plus rien à faire : les données arrivent d'elles-mêmes.",
    "fewer": "{name} attendait {expected}. Pas encore partagés : {missing}.",
    "renew_title": "Votre accord doit être renouvelé",
    "renew_before": "Votre accord à {name} prend fin le {day}. Renouvelez-le pour que vos données "
    "continuent d'arriver.",
    "renew_after": "Votre accord à {name} a pris fin le {day} : aucune nouvelle donnée n'arrive "
    "plus. Renouvelez-le si vous le souhaitez.",
    "renew_some_day": "Votre accord à {name} arrive à son terme. Renouvelez-le pour que vos "
    "données continuent d'arriver.",
    "waiting_title": "En attente de l'utilisateur du réseau",
    "waiting": "Pour {connections}, l'utilisateur du réseau est une autre personne. Fluvius lui "
    "demande son accord ; vous n'avez plus rien à faire.",
    "waiting_days": "Il n'y a pas encore de réponse. Il reste {days} à cette personne.",
    "refused_title": "La demande a été refusée",
    "refused": "L'utilisateur du réseau a refusé, ou n'a pas répondu dans le mois : rien n'est "
    "partagé. Si c'était une erreur, vous pouvez redemander.",
    "ended_title": "Il a été mis fin à votre accord",
    "ended": "On y a mis fin sur Mijn Fluvius : plus rien n'est partagé. Vous pouvez recommencer "
    "si vous le souhaitez.",
    "nothing_title": "Rien n'est encore partagé",
    "nothing": "{place} ne connaît aucun accord de votre part à {name}. Si vous venez de "
    "confirmer, regardez de nouveau dans quelques minutes ; sinon, vous pouvez recommencer.",
    "unseen_title": "Merci",
    "unseen": "On ne peut pas voir d'ici si vous avez accepté. Si c'est le cas, {name} le saura "
    "dès qu'Eneco sera de nouveau interrogé ; vous n'avez plus rien à faire.",
    "back_title": "Vous êtes revenu",
    "back": "Rien n'a changé. Vous pouvez continuer quand vous le souhaitez, avec ce même lien.",
    "looking_title": "Un instant",
    "looking": "Nous demandons à {place} ce qu'il en est. Cette page regarde de nouveau "
    "d'elle-même dans {n} secondes.",
    "look_again": "Regarder de nouveau",
    "again": "Retour à l'invitation",
    "to_provider": "Continuer vers {name}",
    "how_title": "Ce que vous faites chez Eneco",
    # Ce qui ne va pas
    "failed_title": "Cela ne fonctionne pas pour le moment",
    "failed": "Cela ne vient pas de vous, et rien n'est perdu. Réessayez dans quelques minutes ; "
    "votre lien continue de fonctionner.",
    "try_again": "Réessayer",
    "unknown_title": "Ce lien n'est pas connu",
    "unknown": "Vérifiez que l'adresse a été copiée en entier, ou scannez de nouveau le code QR. "
    "Si cela n'aide pas, demandez un nouveau lien à {name}.",
    "withdrawn_title": "Ce lien n'est plus valable",
    "withdrawn": "Demandez-en un nouveau à {name}. Ce que vous partagez déjà reste tel quel.",
    "over_title": "Cette invitation est terminée",
    "over": "La période qu'elle visait est passée. On ne vous demande plus rien.",
    "help": "Avez-vous besoin d'aide ?",
}

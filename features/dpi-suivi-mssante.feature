# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI rend compte de ce qu'il fait des documents reçus par MSSanté
  L'établissement compte ce qui entre sans geste, à la main, ou pas du tout. Le soignant voit ce qui est arrivé et qu'il
  n'a pas lu. L'histoire de chaque document se relit en entier.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @MSS/UX.16.01
  Scénario: Un document entré sans geste est compté comme tel
    Étant donné que l'utilisateur relève les statistiques d'intégration des derniers jours
    Quand la PFI remet au DPI un document de cette patiente
    Alors les statistiques de cette période comptent un document intégré sans geste de plus

  @MSS/UX.16.01
  Scénario: Un document en attente est compté comme non intégré
    Étant donné que l'utilisateur relève les statistiques d'intégration des derniers jours
    Quand la PFI remet au DPI un document de cette patiente sans INS
    Alors les statistiques de cette période comptent un document non intégré de plus

  @MSS/UX.16.01
  Scénario: Un document intégré à la main ne compte qu'une fois
    Étant donné que l'utilisateur relève les statistiques d'intégration des derniers jours
    Et que la PFI remet au DPI un document de cette patiente sans INS
    Quand l'utilisateur intègre ce document au dossier de la patiente
    Alors les statistiques de cette période comptent un document intégré à la main de plus

  @MSS/UX.16.01
  Scénario: Un document écarté reste compté comme non intégré
    Étant donné que l'utilisateur relève les statistiques d'intégration des derniers jours
    Et que la PFI remet au DPI un document pour une patiente inconnue
    Quand l'utilisateur écarte ce document
    Alors les statistiques de cette période comptent un document non intégré de plus

  @MSS/UX.16.01
  Scénario: La suppression d'un document jamais reçu ne compte pas
    Étant donné que l'utilisateur relève les statistiques d'intégration des derniers jours
    Quand la PFI remet au DPI la suppression d'un document jamais reçu
    Alors les statistiques de cette période ne comptent aucun document de plus

  @MSS/UX.16.01
  Scénario: Les statistiques suivent la période demandée
    Étant donné que l'utilisateur relève les statistiques d'intégration du mois passé
    Quand la PFI remet au DPI un document de cette patiente
    Alors les statistiques de cette période ne comptent aucun document de plus

  @MSS/UX.40.01
  Scénario: Un document entré sans geste est signalé tant qu'il n'est pas ouvert
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et que l'utilisateur affiche les documents non lus des derniers jours
    Quand l'utilisateur affiche les documents non lus des derniers jours
    Alors cette liste montre ce document

  @MSS/UX.40.01
  Scénario: Un document ouvert n'est plus signalé
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et que l'utilisateur ouvre ce document
    Quand l'utilisateur affiche les documents non lus des derniers jours
    Alors cette liste ne montre pas ce document

  @MSS/UX.40.01
  Scénario: La liste des documents non lus suit la période demandée
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand l'utilisateur affiche les documents non lus du mois passé
    Alors cette liste ne montre pas ce document

  @SEED.MSS.3.01
  Scénario: L'utilisateur apprend qu'une nouvelle version est entrée au dossier
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI une nouvelle version de ce document
    Quand l'utilisateur affiche les documents non lus des derniers jours
    Alors cette liste montre ce document

  @MSS/UX.37.01
  Scénario: L'historique d'un document entré sans geste est complet
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et que l'utilisateur ouvre ce document
    Quand l'utilisateur lit l'historique de ce document
    Alors l'historique dit dans l'ordre la réception, l'intégration sans geste, la lecture

  @MSS/UX.37.01
  Scénario: L'historique d'un document intégré à la main dit aussi le geste refusé
    Étant donné que la PFI remet au DPI un document de cette patiente sans INS
    Et que l'utilisateur intègre ce document sans choisir de patiente
    Et que l'utilisateur intègre ce document au dossier de la patiente
    Quand l'utilisateur lit l'historique de ce document
    Alors l'historique dit dans l'ordre la réception, l'attente, le geste refusé, l'intégration à la main

  @MSS/UX.37.01
  Scénario: L'historique d'un document remplacé dit son remplacement
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI une nouvelle version de ce document
    Quand l'utilisateur lit l'historique de la version d'origine
    Alors l'historique dit dans l'ordre la réception, l'intégration sans geste, le remplacement

  @MSS/UX.37.01
  Scénario: L'historique d'un document écarté dit sa mise à l'écart
    Étant donné que la PFI remet au DPI un document pour une patiente inconnue
    Et que l'utilisateur écarte ce document
    Quand l'utilisateur lit l'historique de ce document
    Alors l'historique dit dans l'ordre la réception, l'attente, la mise à l'écart

  @MSS/UX.18.01
  Scénario: L'alerte peut être étendue à des résultats moins graves
    Étant donné que l'administrateur étend l'alerte aux résultats hauts
    Quand la PFI remet au DPI un compte rendu de biologie dont un résultat est haut
    Alors le dossier signale ce résultat

  @MSS/UX.18.01
  Scénario: L'alerte peut être réservée aux résultats les plus graves
    Étant donné que l'administrateur réserve l'alerte aux résultats très hauts
    Quand la PFI remet au DPI un compte rendu de biologie dont un résultat est anormal critique
    Alors le dossier ne signale pas ce résultat

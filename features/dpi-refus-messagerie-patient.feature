# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI respecte le refus du patient de recevoir un document par messagerie
  Un patient peut refuser qu'un document lui soit envoyé par messagerie citoyenne. Le refus ne vaut que pour lui :
  les professionnels qui le soignent restent joignables.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" validé dans le DPI
    Et que l'utilisateur enregistre que la patiente refuse les envois par messagerie citoyenne

  @MSS/va1.20.01
  Scénario: Le refus enregistré empêche l'envoi à la patiente
    Quand l'utilisateur tente de transmettre le document à la patiente par messagerie
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'envoi à la patiente

  @MSS/va1.20.01
  Scénario: Le refus de la patiente n'empêche pas l'envoi à un professionnel
    Quand l'utilisateur transmet le document à un professionnel sans le montrer à la patiente
    Alors la PFI reçoit un message de publication
    Et ce message demande l'envoi aux professionnels
    Mais ce message ne demande pas l'envoi à la patiente

  @MSS/va1.20.01
  Scénario: Le refus levé, la patiente reçoit de nouveau ses documents
    Étant donné que l'utilisateur enregistre que la patiente accepte les envois par messagerie citoyenne
    Quand l'utilisateur transmet le document à la patiente par messagerie
    Alors la PFI reçoit un message de publication
    Et ce message demande l'envoi à la patiente

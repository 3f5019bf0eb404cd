# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI alimente le DMP, de lui-même ou à la demande
  L'établissement choisit les types de documents qui partent sans geste une fois validés. Rien ne part à l'instant même:
  l'ordre attend, et l'utilisateur peut retenir ou annuler celui d'un document. Le dossier dit où en est chacun.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" déjà transmis au DMP

  @DMP/va1.03.01
  Scénario: L'utilisateur déclenche lui-même l'envoi d'une lettre de liaison
    Étant donné le mode manuel choisi par l'établissement
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est conforme à la structuration minimale
    Et ce message porte le document produit
    Et ce message demande l'alimentation du DMP

  @DMP/va1.03.01
  Scénario: Ce que l'utilisateur a envoyé ne repart pas de lui-même
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Mais rien de plus ne part vers le DMP, même après le délai

  @DMP/va1.05.01
  Plan du scénario: Un document d'un type choisi part de lui-même une fois validé
    Étant donné les documents "<type>" partent d'eux-mêmes vers le DMP
    Quand l'utilisateur valide un document "<type>"
    Alors ce document part de lui-même vers le DMP
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est conforme à la structuration minimale

    Exemples:
      | type                          |
      | lettre de liaison à la sortie |
      | compte rendu opératoire       |
      | prescription de médicaments   |

  @DMP/va1.05.01
  Scénario: Un document d'un autre type ne part pas de lui-même
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP
    Quand l'utilisateur valide un document "compte rendu d'imagerie"
    Alors rien ne part vers le DMP, même après le délai

  @DMP/ALI/PROG.02.01
  Scénario: Deux documents validés coup sur coup sont tous deux programmés
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Quand l'utilisateur valide un document "lettre de liaison à la sortie"
    Et l'utilisateur valide un document structuré "lettre de liaison à la sortie"
    Alors le dossier montre son envoi au DMP en attente
    Et les deux documents partent vers le DMP, chacun une fois

  @DMP/ALI/PROG.03.01
  Scénario: Un document retenu ne part pas
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur retient l'envoi de ce document
    Alors rien ne part vers le DMP, même après le délai
    Et le dossier montre son envoi au DMP retenu

  @DMP/ALI/PROG.03.01
  Scénario: Retenir un document ne retient pas le suivant
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur retient l'envoi de ce document
    Et l'utilisateur valide un document "lettre de liaison à la sortie"
    Alors ce document part de lui-même, la retenue ne valant que pour l'autre

  @DMP/ALI/PROG.03.01
  Scénario: La retenue levée, le document part
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur retient l'envoi de ce document
    Et le délai passe
    Et l'utilisateur lève cette retenue
    Alors ce document part de lui-même vers le DMP

  @DMP/ALI/PROG.06.01
  Scénario: Un ordre que la PFI ne peut pas recevoir attend, puis part sans geste
    Étant donné une PFI injoignable
    Et les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP
    Quand l'utilisateur valide un document "lettre de liaison à la sortie"
    Et la PFI reste injoignable un moment
    Alors le dossier montre son envoi au DMP en attente
    Quand la PFI est de nouveau joignable
    Alors ce document part de lui-même vers le DMP

  @SEED.DMP.ALIM.9.01
  Scénario: Après une coupure, chaque document part, une seule fois
    Étant donné une PFI injoignable
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Et l'utilisateur valide un document "compte rendu opératoire"
    Et l'utilisateur transmet le document au DMP
    Et la PFI reste injoignable un moment
    Et la PFI est de nouveau joignable
    Alors les deux documents partent vers le DMP, chacun une fois

  @SEED.DMP.ALIM.9.01
  Scénario: Un document en attente survit au redémarrage du DPI
    Étant donné une PFI injoignable
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Et le DPI est redémarré
    Et la PFI est de nouveau joignable
    Alors ce document part de lui-même vers le DMP
    Mais rien de plus ne part vers le DMP

  @SEED.DMP.ALIM.7.01
  Scénario: L'ordre n'est pas exécuté au moment même de la validation
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Quand l'utilisateur valide un document "lettre de liaison à la sortie"
    Alors rien ne part au moment de la validation
    Et le dossier montre son envoi au DMP en attente
    Et ce document part de lui-même vers le DMP

  @SEED.DMP.ALIM.8.01
  Scénario: Un ordre annulé ne part pas
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur annule l'envoi de ce document
    Alors le dossier montre son envoi au DMP annulé
    Et rien ne part vers le DMP, même après le délai

  @SEED.DMP.ALIM.8.01
  Scénario: Un ordre retenu se lit comme retenu
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur retient l'envoi de ce document
    Alors le dossier montre son envoi au DMP retenu

  @SEED.DMP.ALIM.10.01
  Scénario: Un envoi rejeté par la PFI repart sans clic
    Étant donné une PFI qui rejette le premier message puis accepte les suivants
    Et les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP
    Quand l'utilisateur valide un document "lettre de liaison à la sortie"
    Alors ce document part de lui-même vers le DMP
    Et le DPI renvoie le même message

  @SEED.DMP.ALIM.11.01
  Scénario: Un document envoyé porte son type
    Étant donné un document "compte rendu opératoire" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est un "compte rendu opératoire" non structuré

  @SEED.DMP.ALIM.14.01
  Scénario: L'envoi programmé ne part pas quand l'INS n'est plus qualifiée
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand le référentiel d'identités supprime l'INS de la patiente
    Alors rien ne part vers le DMP, même après le délai

  @SEED.DMP.CONSENT.2.01
  Scénario: L'opposition enregistrée pendant l'attente bloque l'envoi programmé
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP, après un délai
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur enregistre que la patiente s'oppose à l'alimentation du DMP
    Alors rien ne part vers le DMP, même après le délai

  @SEED.DMP.ALIM.16.01
  Scénario: Revenu au mode manuel, le DPI n'envoie que ce que l'utilisateur envoie
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP
    Et le mode manuel choisi par l'établissement
    Quand l'utilisateur valide un document "lettre de liaison à la sortie"
    Alors rien ne part vers le DMP, même après le délai
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message porte le document produit

  @SEED.DMP.ALIM.17.01
  Scénario: Un document en rédaction ne part pas
    Étant donné les documents "lettre de liaison à la sortie" partent d'eux-mêmes vers le DMP
    Et une "lettre de liaison à la sortie" en rédaction, adressée à un professionnel
    Alors rien ne part vers le DMP, même après le délai
    Quand l'utilisateur valide le document
    Alors ce document part de lui-même vers le DMP

  @DMP/HISTO.01.01
  Scénario: L'accusé de la PFI ne vaut pas alimentation
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le DPI montre l'envoi accepté par la PFI
    Mais le dossier montre son envoi au DMP en attente

  @DMP/HISTO.01.01
  Scénario: Le dossier montre qu'un document a alimenté le DMP
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a accepté le document
    Alors le dossier montre son envoi au DMP réussi

  @SEED.DMP.ALIM.1.01
  Scénario: Un document jamais envoyé se distingue de celui qui l'a été
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a accepté le document
    Et l'utilisateur valide un document "compte rendu opératoire"
    Alors le dossier montre son envoi au DMP non demandé

  @SEED.DMP.ALIM.3.01
  Scénario: Le dossier montre que le DMP a refusé un document
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a refusé le document avec l'erreur "DMP fermé"
    Alors le dossier montre son envoi au DMP échoué

  @SEED.DMP.ALIM.13.01
  Scénario: Un document envoyé par messagerie ne passe pas pour envoyé au DMP
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document à un professionnel par messagerie
    Et la PFI rapporte que le message a été remis au professionnel
    Alors le dossier montre son envoi par messagerie réussi
    Et le dossier montre son envoi au DMP non demandé

  @SEED.DMP.ALIM.5.01
  Scénario: Un document envoyé au DMP en est retiré depuis le DPI
    Étant donné un document "lettre de liaison à la sortie" déjà transmis au DMP
    Quand l'utilisateur supprime le document
    Alors la PFI reçoit un message de suppression
    Et ce message désigne le document déjà transmis
    Et la suppression est demandée au DMP

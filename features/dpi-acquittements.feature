# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI traite les acquittements de la PFI
  La PFI répond deux fois : aussitôt, pour dire si elle a compris le message (acquittement technique) ; plus tard,
  pour dire ce que le DMP ou la messagerie en ont fait (acquittement métier). L'utilisateur du DPI doit savoir,
  pour chaque document, où il en est.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et un document "compte rendu d'imagerie" validé dans le DPI

  @CDA/HL7.01.01
  Scénario: La PFI accepte le message
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le DPI montre l'envoi accepté par la PFI
    Et le DPI ne renvoie pas le message

  @CDA/HL7.01.01
  Scénario: La PFI signale une erreur dans le message
    Étant donné une PFI qui répond que le message est en erreur
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le DPI montre l'envoi en erreur
    Et le DPI ne renvoie pas le message

  @CDA/HL7.01.01
  Scénario: La PFI rejette le message une première fois
    Étant donné une PFI qui rejette le premier message puis accepte les suivants
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le DPI renvoie le même message
    Et le DPI montre l'envoi accepté par la PFI

  @CDA/HL7.01.01
  Scénario: La PFI ne répond pas tout de suite
    Étant donné une PFI qui ne répond pas au premier message puis accepte les suivants
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le DPI montre l'envoi en attente
    Et le DPI renvoie le même message
    Et le DPI montre l'envoi accepté par la PFI

  @CDA/HL7.01.01
  Scénario: Le DMP a accepté le document
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a accepté le document
    Alors le DPI accuse réception de ce retour
    Et le DPI montre que le DMP a accepté le document

  @CDA/HL7.01.01
  Scénario: Le DMP a refusé le document
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a refusé le document avec l'erreur "DMP fermé"
    Alors le DPI accuse réception de ce retour
    Et le DPI montre que le DMP a refusé le document avec l'erreur "DMP fermé"

  @CDA/HL7.01.01
  Scénario: La messagerie a remis le document à un destinataire et pas à l'autre
    Quand l'utilisateur transmet le document à un professionnel et à la patiente par messagerie
    Et la PFI rapporte que le message a été remis au professionnel
    Et la PFI rapporte que le message n'a pas pu être remis à la patiente
    Alors le DPI montre que le message a été remis au professionnel
    Et le DPI montre que le message n'a pas pu être remis à la patiente

  @CDA/HL7.01.01
  Scénario: Le retour porte sur un message que le DPI n'a pas émis
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte le succès d'un envoi que le DPI n'a jamais fait
    Alors le DPI signale qu'il ne reconnaît pas cet envoi
    Et le DPI montre que le DMP n'a pas encore répondu

  @CDA/HL7.01.01
  Scénario: Un retour inconnu n'empêche pas de traiter le suivant
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte le succès d'un envoi que le DPI n'a jamais fait
    Et la PFI rapporte que le DMP a accepté le document
    Alors le DPI accuse réception de ce retour
    Et le DPI montre que le DMP a accepté le document

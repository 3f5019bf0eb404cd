# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI transmet ses documents à la PFI
  Le DPI confie à la PFI les documents validés de ses patients. Il lui dit quoi en faire : alimenter le DMP,
  écrire à un professionnel, écrire au patient. La PFI ne peut bien faire que ce qui lui est bien demandé.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @CDA/HL7.02.01
  Scénario: Un document validé est transmis pour alimenter le DMP
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est conforme à la structuration minimale
    Et ce message porte le document produit
    Et ce message demande l'alimentation du DMP
    Mais ce message ne demande pas l'envoi à la patiente

  @CDA/HL7.02.01
  Scénario: Un document structuré est transmis
    Étant donné un document structuré "compte rendu de biologie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est conforme à la structuration minimale

  @CDA/HL7.02.01
  Scénario: Chaque destinataire est nommé avec son adresse de messagerie
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur transmet le document à un professionnel et à la patiente par messagerie
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce message demande l'envoi aux professionnels
    Et ce message demande l'envoi à la patiente
    Et ce message nomme chaque destinataire avec son adresse

  @CDA/HL7.02.01
  Scénario: Un document est envoyé à la seule patiente
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur transmet le document à la patiente par messagerie
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce message demande l'envoi à la patiente
    Mais ce message ne demande pas l'envoi aux professionnels

  @CDA/HL7.02.01
  Scénario: Un document non visible par la patiente n'est envoyé qu'au professionnel
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur transmet le document à un professionnel sans le montrer à la patiente
    Alors la PFI reçoit un message de publication
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce message dit le document non visible par la patiente
    Mais ce message ne demande pas l'envoi à la patiente

  @CDA/HL7.02.01
  Scénario: Un document non visible par la patiente ne peut pas lui être envoyé
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur tente de transmettre le document à la patiente sans le lui montrer
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'envoi à la patiente

  @CDA/HL7.02.01
  Scénario: La nouvelle version d'un document remplace celle qui a été transmise
    Étant donné un document "compte rendu d'imagerie" déjà transmis au DMP
    Quand l'utilisateur remplace le document par une version corrigée
    Alors la PFI reçoit un message de remplacement
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et le document qu'il contient est conforme à la structuration minimale
    Et ce message remplace le document déjà transmis

  @CDA/HL7.02.01
  Scénario: La suppression d'un document est transmise
    Étant donné un document "compte rendu d'imagerie" déjà transmis au DMP
    Quand l'utilisateur supprime le document
    Alors la PFI reçoit un message de suppression
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce message désigne le document déjà transmis

  @CDA/HL7.02.01
  Scénario: Deux documents partent dans deux messages distincts
    Étant donné un document "compte rendu d'imagerie" déjà transmis au DMP
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message porte le document produit
    Et ce message ne se confond pas avec le précédent

  @CDA/HL7.02.01
  Scénario: Sans INS qualifiée, le DMP n'est pas alimenté
    Étant donné la patiente "Ruth NESSI" connue du DPI sans INS
    Et un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur tente de transmettre le document au DMP
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'alimentation du DMP

# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI garde ensemble le document structuré et sa copie paginée
  Un document de santé a deux faces : la copie paginée, remise au patient et imprimée (N1), et les données structurées
  qu'un logiciel sait relire (N3). La seconde ne circule jamais sans la première.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @SEED.CDA.N1N3.1.01
  Scénario: Un document transmis contient sa copie paginée
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient porte sa copie paginée

  @SEED.CDA.N1N3.2.01
  Scénario: Un document structuré est transmis avec sa copie paginée
    Étant donné un document structuré "compte rendu de biologie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient porte sa copie paginée

  @SEED.CDA.N1N3.4.01
  Scénario: Un document structuré reçu avec sa copie paginée occupe une seule ligne
    Quand la PFI remet au DPI un document structuré avec sa copie paginée
    Alors le DPI accepte la remise
    Et le dossier montre ce document une seule fois

  @SEED.CDA.N1N3.8.01
  Scénario: Le DMP rejette un document structuré et l'utilisateur sait pourquoi
    Étant donné un document structuré "compte rendu de biologie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Et la PFI rapporte que le DMP a refusé le document avec l'erreur "document structuré seul"
    Alors le DPI montre que le DMP a refusé le document avec l'erreur "document structuré seul"

  @SEED.CDA.N1N3.9.01
  Scénario: Un document structuré reçu sans copie paginée n'entre pas au dossier
    Quand la PFI remet au DPI un document structuré sans copie paginée
    Alors le DPI refuse la remise
    Et le dossier ne montre pas ce document

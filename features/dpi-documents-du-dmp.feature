# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI liste, ouvre et intègre les documents du DMP
  La liste montre tout ce que le DMP a rendu, avec l'état de chaque document. Un document s'ouvre sans être intégré, ou
  s'intègre avec sa provenance, une seule fois.

  Contexte:
    Étant donné le docteur "Thierry DIAZ" connecté au DPI
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS
    Et que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert à ce docteur

  @DMP/UX.14.01
  Scénario: La liste montre les documents actifs, et eux seuls
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP contient une lettre de liaison archivée
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste montre une lettre de liaison d'un confrère, et lui seul
    Et chaque appel au DMP est conforme aux règles du DMP

  @DMP/UX.14.01
  Scénario: Un document d'un type inconnu est montré
    Étant donné que le DMP contient un document d'un type inconnu
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste montre le document au type inconnu

  @DMP/UX.14.01
  Scénario: Un document rangé sous une ancienne INS est montré
    Étant donné que le DMP contient un document rangé sous une ancienne INS de la patiente
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste montre le document rangé sous l'ancienne INS

  @DMP/UX.14.01
  Scénario: La liste dit quels documents la patiente ne voit pas
    Étant donné que le DMP contient une lettre de liaison non visible par la patiente
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste dit que ce document n'est pas visible par la patiente

  @DMP/UX.14.01
  Scénario: La liste distingue les documents que la patiente a déposés
    Étant donné que le DMP contient un document déposé par la patiente
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste dit que ce document a été déposé par la patiente

  @DMP/UX.14.01
  Scénario: La liste montre les heures locales
    Étant donné que le DMP contient une lettre de liaison écrite tard dans la nuit
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste montre l'heure locale de ce document

  @DMP/UX.14.01
  Scénario: Un document de la liste s'ouvre
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Quand l'utilisateur ouvre ce document du DMP
    Alors le DPI affiche ce document du DMP
    Et chaque appel au DMP est conforme aux règles du DMP

  @DMP/UX.14.01
  Scénario: L'utilisateur est averti avant de lire un document que la patiente ne voit pas
    Étant donné que le DMP contient une lettre de liaison non visible par la patiente
    Quand l'utilisateur ouvre ce document du DMP
    Alors le DPI avertit que la patiente ne voit pas ce document

  @DMP/UX.14.01
  Scénario: Un DMP qui ne répond pas ne donne pas une liste vide
    Étant donné que l'utilisateur a ouvert la consultation du DMP
    Quand le DMP est indisponible
    Et l'utilisateur affiche la liste des documents du DMP
    Alors le DPI dit que la liste ne peut pas être affichée

  @DMP/UX.27.01
  Scénario: Une recherche combine deux critères
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP contient une lettre de liaison écrite par ce docteur
    Et que le DMP contient un compte rendu d'imagerie d'un confrère
    Quand l'utilisateur cherche dans le DMP les lettres de liaison du docteur ADAM
    Alors la liste montre une lettre de liaison d'un confrère, et lui seul
    Et chaque appel au DMP est conforme aux règles du DMP

  @DMP/UX.27.01
  Scénario: Une recherche par date suit le jour de l'établissement
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP contient une lettre de liaison écrite tard dans la nuit
    Quand l'utilisateur cherche dans le DMP les documents du 4 juin 2024
    Alors la liste montre une lettre de liaison écrite tard dans la nuit, et lui seul

  @SEED.DMP.CONSULT.5.01
  Scénario: Une recherche ne garde que les documents que la patiente ne voit pas
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP contient une lettre de liaison non visible par la patiente
    Quand l'utilisateur cherche dans le DMP les documents que la patiente ne voit pas
    Alors la liste montre une lettre de liaison non visible par la patiente, et lui seul

  @DB/DPI.04.01
  Scénario: Le compte rendu d'une demande d'imagerie se retrouve par son numéro
    Étant donné que le DMP contient un compte rendu d'imagerie d'un confrère
    Et que le DMP contient un compte rendu lié à une demande d'imagerie
    Quand l'utilisateur cherche dans le DMP le compte rendu de la demande d'imagerie
    Alors la liste montre un compte rendu lié à une demande d'imagerie, et lui seul
    Et l'imagerie est cherchée par le numéro de la demande

  @DMP/UX.31.01
  Scénario: Plusieurs documents s'intègrent ensemble, avec leur provenance
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP contient un compte rendu d'imagerie d'un confrère
    Quand l'utilisateur intègre au dossier les documents du DMP
    Alors le dossier montre ces documents, venus du DMP
    Et chaque appel au DMP est conforme aux règles du DMP
    Et le rapport signale le désaccord des textes sur la conservation des documents du DMP

  @DMP/UX.31.01
  Scénario: Un document que le DMP ne rend plus n'est pas dit intégré
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP contient une autre lettre de liaison d'un confrère
    Et qu'un tiers supprime ce document du DMP
    Quand l'utilisateur intègre au dossier les documents du DMP
    Alors le DPI dit que ce document n'a pas pu être intégré

  @CDA/DD.04.01
  Scénario: Un document déjà intégré est montré tel qu'il est dans le dossier
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Quand l'utilisateur ouvre ce document du DMP
    Alors le DPI dit que ce document est déjà intégré et montre l'exemplaire local

  @DPI.CDA/DD.04.01
  Scénario: Un document déjà intégré ne l'est pas une seconde fois
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que l'utilisateur a intégré ce document du DMP
    Quand l'utilisateur intègre au dossier ce document du DMP
    Alors le dossier montre ce document une seule fois, et le DPI le dit déjà présent

  @SEED.CDA.N1N3.10.01
  Scénario: Un document structuré sans sa copie paginée n'est pas téléchargé
    Étant donné que le DMP contient un document structuré sans sa copie paginée
    Quand l'utilisateur ouvre ce document du DMP
    Alors le DPI refuse de télécharger le document structuré seul, et dit pourquoi

  @DMP/UX.34.01
  Scénario: Les documents choisis sont préchargés pour la durée réglée
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP contient un compte rendu d'imagerie d'un confrère
    Quand l'utilisateur précharge les lettres de liaison de la patiente, gardées cinq jours
    Alors seule une lettre de liaison d'un confrère est préchargée, pour la durée réglée
    Et le droit d'accès a été vérifié avant toute consultation

  @DMP/UX.34.01
  Scénario: Un document préchargé s'ouvre sans être redemandé au DMP
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Quand l'utilisateur précharge les lettres de liaison de la patiente, gardées cinq jours
    Et le DMP ne rend plus ses documents
    Et l'utilisateur ouvre ce document du DMP
    Alors le DPI affiche le document préchargé

  @DMP/UX.34.01
  Scénario: Rien n'est préchargé d'un DMP interdit à l'utilisateur
    Étant donné que le DMP contient une lettre de liaison d'un confrère
    Et que le DMP de la patiente est interdit à ce docteur
    Quand l'utilisateur précharge les lettres de liaison de la patiente, gardées cinq jours
    Alors le DPI dit pourquoi la patiente est écartée du préchargement
    Et le droit d'accès a été vérifié avant toute consultation

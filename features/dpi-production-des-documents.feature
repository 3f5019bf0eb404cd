# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI produit des documents conformes
  Lettres de liaison, comptes rendus opératoires et ordonnances quittent l'hôpital sous une forme que tous savent lire :
  le bon type, le bon patient, les bons destinataires, et des pages qui disent la même chose que les données.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @DOC/va1.08.01
  Plan du scénario: Chaque type de document contient son PDF
    Étant donné un document "<type>" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient est un "<type>" non structuré

    Exemples:
      | type                           |
      | lettre de liaison à la sortie  |
      | compte rendu opératoire        |
      | prescription de médicaments    |

  @DOC/va1.01.01
  Scénario: Une prescription est produite en PDF/A-1
    Étant donné un document "prescription de médicaments" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient a un PDF/A-1

  @DOC/va1.03.01
  Scénario: La mention d'information réglée par l'hôpital est en bas de page
    Étant donné que l'administrateur règle la mention d'information des patients
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient porte la mention d'information en bas de page

  @DOC/va1.04.01
  Scénario: Le PDF porte le datamatrix de l'INS et les traits de la patiente
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient porte le datamatrix et les traits de la patiente

  @DOC/va1.06.01
  Scénario: Le document nomme tous ses destinataires
    Étant donné une "lettre de liaison à la sortie" adressée à un professionnel et à un établissement
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient nomme le professionnel et l'établissement

  @DOC/va1.07.01
  Scénario: L'en-tête du document porte l'INS
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et l'en-tête du document qu'il contient porte l'INS de la patiente

  @HOP/va1.05.01
  Scénario: Les destinataires prévus sont affichés avec leur adresse
    Étant donné une "lettre de liaison à la sortie" en rédaction, adressée à un professionnel
    Quand l'utilisateur lit les destinataires prévus
    Alors le DPI affiche le professionnel et son adresse

  @HOP/va1.05.01
  Scénario: Les destinataires modifiés avant validation sont ceux du document
    Étant donné une "lettre de liaison à la sortie" en rédaction, adressée à un professionnel
    Quand l'utilisateur remplace le professionnel par un établissement
    Et l'utilisateur valide le document
    Et l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient nomme l'établissement et ne nomme plus le professionnel

  @CDA/DD.02.01
  Scénario: Le texte d'un document structuré est aussi dans sa copie paginée
    Étant donné un document structuré "compte rendu de biologie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient transcrit son texte dans sa copie paginée

  @CDA/DD.12.01
  Scénario: La copie paginée d'un document structuré montre les données de son en-tête
    Étant donné un document structuré "compte rendu de biologie" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient montre son en-tête dans sa copie paginée

  @CDA/DD.12.01
  Scénario: Le PDF remis avec un document non structuré est celui qu'il contient
    Étant donné un document "prescription de médicaments" déjà transmis au DMP
    Quand l'utilisateur exporte le document transmis
    Alors le PDF exporté est celui du document, sous le nom attendu

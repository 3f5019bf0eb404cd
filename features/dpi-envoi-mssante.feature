# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI envoie par MSSanté, à la demande ou de lui-même, par l'intermédiaire de la PFI
  Une lettre de liaison ou une ordonnance part vers le confrère choisi, en document de santé avec son PDF. Une correction
  dit qu'elle annule et remplace, et l'échange avec la patiente peut être clos.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @MSS/va1.23.01
  Plan du scénario: L'utilisateur envoie un document à un professionnel
    Étant donné un document "<type>" validé dans le DPI
    Quand l'utilisateur transmet le document à un professionnel par messagerie
    Alors la PFI reçoit un message de publication
    Et ce message est adressé au professionnel seul
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce message porte le document produit
    Et le document qu'il contient a un PDF/A-1

    Exemples:
      | type                           |
      | lettre de liaison à la sortie  |
      | compte rendu opératoire        |
      | prescription de médicaments    |

  @MSS/va1.24.01
  Scénario: Un document du type choisi part de lui-même une fois validé
    Étant donné une "prescription de médicaments" déjà envoyée à un professionnel par messagerie
    Et que l'administrateur réserve l'envoi automatique par messagerie aux lettres de liaison
    Et une "lettre de liaison à la sortie" en rédaction, adressée à un professionnel
    Quand l'utilisateur valide le document
    Alors la PFI reçoit un message de publication
    Et ce message est adressé au professionnel seul
    Et ce message porte le document produit
    Et le document qu'il contient a un PDF/A-1

  @MSS/va1.24.01
  Scénario: Un document envoyé de lui-même part vers tous ses destinataires
    Étant donné une "prescription de médicaments" déjà envoyée à un professionnel par messagerie
    Et que l'administrateur réserve l'envoi automatique par messagerie aux lettres de liaison
    Quand l'utilisateur rédige une "lettre de liaison à la sortie" adressée à un professionnel et à un établissement
    Alors la PFI reçoit un message de publication
    Et ce message est adressé au professionnel et à l'établissement

  @MSS/va1.24.01
  Scénario: Un document en rédaction ne part pas
    Étant donné que l'administrateur réserve l'envoi automatique par messagerie aux lettres de liaison
    Quand l'utilisateur rédige une "lettre de liaison à la sortie" en rédaction, adressée à un professionnel
    Alors le DPI ne demande aucun envoi à la PFI, le document n'étant pas validé

  @MSS/va1.24.01
  Scénario: Un document d'un autre type ne part pas de lui-même
    Étant donné que l'administrateur réserve l'envoi automatique par messagerie aux lettres de liaison
    Quand l'utilisateur rédige une "prescription de médicaments" adressée à un professionnel et à un établissement
    Alors le DPI ne demande aucun envoi à la PFI, ce type n'étant pas choisi

  @MSS/va1.13.01
  Scénario: Une version corrigée dit qu'elle annule et remplace la précédente
    Étant donné une "lettre de liaison à la sortie" déjà envoyée à un professionnel par messagerie
    Quand l'utilisateur remplace le document par une version corrigée
    Alors la PFI reçoit un message de remplacement
    Et ce message est adressé à ceux qui avaient reçu le document
    Et le document qu'il contient dit qu'il annule et remplace le précédent

  @MSS/va1.13.01
  Scénario: Un premier document ne dit pas qu'il en remplace un autre
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document à un professionnel par messagerie
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient ne dit pas qu'il annule et remplace un autre

  @MSS/CONF.21.01
  Scénario: L'utilisateur clôt l'échange avec la patiente
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document à la patiente par messagerie sans attendre de réponse
    Alors la PFI reçoit un message de publication
    Et ce message dit que la patiente ne peut pas répondre

  @MSS/CONF.21.01
  Scénario: Sans demande de l'utilisateur, la patiente peut répondre
    Étant donné un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document à la patiente par messagerie
    Alors la PFI reçoit un message de publication
    Et ce message dit que la patiente peut répondre

  @SEED.MSS.9.01
  Scénario: Le document envoyé par messagerie porte son PDF
    Étant donné un document structuré "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur transmet le document à un professionnel par messagerie
    Alors la PFI reçoit un message de publication
    Et le document qu'il contient porte sa copie paginée

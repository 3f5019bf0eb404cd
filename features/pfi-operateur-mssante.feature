# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI ne parle qu'à un opérateur MSSanté sûr
  La PFI envoie et relève les courriels auprès de son opérateur. La connexion est chiffrée comme le demande le
  référentiel, l'établissement s'y présente par son certificat, et un opérateur douteux n'obtient ni courriel ni mot de
  passe.

  @MSS/CONF.01.01
  Scénario: Un opérateur qui n'offre que TLS 1.0 est refusé
    Étant donné un opérateur qui n'offre que TLS 1.0
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et la PFI se détourne de cet opérateur

  @MSS/CONF.03.01
  Scénario: La PFI ne propose que les suites du référentiel
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et cette session emploie des suites et des clés du référentiel

  @MSS/CONF.03.01
  Plan du scénario: Un opérateur au chiffrement trop faible est refusé
    Étant donné un opérateur <faiblesse>
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et la PFI se détourne de cet opérateur

    Exemples:
      | faiblesse                                      |
      | qui n'offre que des suites hors du référentiel |
      | dont l'échange de clés est trop court          |

  @MSS/CONF.05.01
  Scénario: L'envoi passe par STARTTLS avant toute chose
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et cette session passe par STARTTLS avant toute chose

  @MSS/CONF.05.01
  Scénario: Un opérateur qui n'offre que le clair n'obtient pas d'envoi
    Étant donné un opérateur qui n'offre que le clair
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et la PFI se détourne de cet opérateur

  @MSS/CONF.06.01
  Scénario: Le relevé passe par STARTTLS avant toute chose
    Quand la PFI reçoit un courriel qui apporte un document
    Alors la PFI relève ce courriel par IMAP
    Et cette session passe par STARTTLS avant toute chose

  @MSS/CONF.12.01
  Scénario: L'établissement se présente par son certificat et l'adresse de sa boîte pour envoyer
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et cette session s'ouvre par le certificat de l'établissement et l'adresse de la boîte

  @MSS/CONF.12.01
  Scénario: L'établissement se présente par son certificat et l'adresse de sa boîte pour relever
    Quand la PFI reçoit un courriel qui apporte un document
    Alors la PFI relève ce courriel par IMAP
    Et cette session s'ouvre par le certificat de l'établissement et l'adresse de la boîte

  @MSS/CONF.22.01
  Scénario: La dernière liste de révocation sert quand la nouvelle manque
    Étant donné que le DPI confie à la PFI un document pour un professionnel
    Et que la PFI a envoyé ce document
    Et un opérateur dont la liste de révocation ne peut être relevée
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et la PFI s'en sert encore

  @MSS/CONF.22.01
  Scénario: Un opérateur dont le certificat est révoqué est refusé
    Étant donné un opérateur dont le certificat est révoqué
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et la PFI se détourne de cet opérateur

  @MSS/va1.03.01
  Scénario: La connexion à l'opérateur est conforme au référentiel
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et cette session est conforme au référentiel MSSanté

  @MSS/va1.04.01
  Scénario: Un opérateur dont le certificat a expiré est refusé
    Étant donné un opérateur dont le certificat a expiré
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et la PFI se détourne de cet opérateur

  @MSS/va1.06.01
  Scénario: Un opérateur dont le certificat n'est pas de l'IGC Santé est refusé
    Étant donné un opérateur dont le certificat n'est pas de l'IGC Santé
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et la PFI se détourne de cet opérateur

  @MSS/va1.31.01
  Scénario: La connexion se fait en TLS 1.2
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors la PFI ouvre une session d'envoi
    Et cette session emploie TLS 1.2 au moins

# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI garde trace de ce qu'elle fait de sa boîte aux lettres MSSanté
  Ce qui part, ce qui arrive et ce que le serveur en a dit se retrouve dans les traces, échecs compris: qui, quand, quoi,
  avec quelle réponse. Les accusés revenus y restent, comme preuves de réception.

  @MSS/CONF.17.01
  Scénario: L'envoi d'un courriel est tracé
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et la PFI trace l'envoi de ce courriel

  @MSS/CONF.17.01
  Scénario: La réception d'un courriel et l'accusé rendu sont tracés
    Étant donné un DPI qui accepte tous les messages
    Quand la PFI reçoit un courriel qui apporte un document, avec demande d'accusé
    Alors la PFI envoie un accusé à l'expéditeur
    Et la PFI trace la réception du courriel et l'envoi de l'accusé

  @MSS/CONF.18.01
  Scénario: La trace d'un envoi dit qui, quand, quoi, et la réponse du serveur
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et la trace de cet envoi est complète

  @MSS/CONF.18.01
  Scénario: La trace d'un échec en dit autant
    Étant donné un opérateur qui, la première fois, refuse pour l'instant
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et la trace de ce premier essai, que l'opérateur a refusé, est complète

  @MSS/CONF.18.01
  Plan du scénario: La trace d'un refus définitif en dit autant
    Étant donné un opérateur qui <refus>
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors l'opérateur refuse ce courriel
    Et la trace de ce refus est complète

    Exemples:
      | refus                  |
      | refuse le destinataire |
      | refuse le courriel     |

  @MSS/va1.14.01
  Scénario: La preuve de la remise est gardée
    Quand le DPI confie à la PFI un document pour un professionnel
    Alors le professionnel reçoit un courriel de la PFI
    Et la PFI montre que le professionnel l'a reçu
    Et elle garde la preuve qu'il l'a reçu

  @MSS/va1.14.01
  Scénario: La preuve de la lecture est gardée
    Étant donné un professionnel qui lit ses courriels
    Quand le DPI confie à la PFI un document pour un professionnel, avec accusé de lecture
    Alors le professionnel reçoit un courriel de la PFI
    Et la PFI montre que le professionnel l'a lu
    Et elle garde la preuve qu'il l'a lu

  @MSS/UX.37.01
  Scénario: L'histoire d'un document reçu va jusqu'à l'accord du DPI
    Étant donné un DPI qui accepte tous les messages
    Quand la PFI reçoit un courriel qui apporte un document
    Alors le DPI reçoit un message MDM de publication
    Et l'histoire de ce document dit sa réception, sa remise au DPI et son accord

  @MSS/UX.37.01
  Scénario: L'histoire d'un document reçu dit aussi le refus du DPI
    Étant donné un DPI qui refuse les documents au motif "patient inconnu"
    Quand la PFI reçoit un courriel qui apporte un document
    Alors le DPI reçoit un message MDM de publication
    Et l'histoire de ce document dit sa réception, sa remise au DPI et son refus

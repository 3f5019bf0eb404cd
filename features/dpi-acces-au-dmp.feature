# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI n'ouvre le DMP qu'à qui en a le droit
  Avant toute consultation, le DPI lit le choix du patient puis demande au DMP si le professionnel connecté y est
  autorisé. Chaque appel est fait au nom de ce professionnel, et laisse une trace.

  Contexte:
    Étant donné le docteur "Thierry DIAZ" connecté au DPI
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @DMP/UX.08.01
  Scénario: Le droit d'accès est vérifié avant la consultation
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert à ce docteur
    Quand l'utilisateur demande à consulter le DMP
    Et l'utilisateur affiche la liste des documents du DMP
    Alors la liste s'affiche
    Et le droit d'accès a été vérifié avant toute consultation
    Et chaque appel au DMP est conforme aux règles du DMP

  @DMP/UX.08.01
  Scénario: Le droit est vérifié de nouveau quand l'utilisateur change
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert à tous les docteurs de l'équipe
    Et que l'utilisateur a ouvert la consultation du DMP
    Quand le docteur "Hoda ADAM" ouvre sa session
    Et l'utilisateur affiche la liste des documents du DMP
    Alors la liste s'affiche
    Et le droit d'accès a été vérifié avant toute consultation

  @DMP/UX.08.01
  Scénario: La vérification du droit et la consultation laissent une trace
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert à ce docteur
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste s'affiche
    Et la vérification du droit et la consultation sont tracées

  @DMP/UX.08.01
  Plan du scénario: Un DMP qui n'est pas ouvert à l'utilisateur n'est pas consulté
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est <état>
    Quand l'utilisateur demande à consulter le DMP
    Alors la consultation est refusée
    Et le DPI dit pourquoi
    Et le droit d'accès a été vérifié avant toute consultation

    Exemples:
      | état                 |
      | interdit à ce docteur |
      | fermé                |
      | inexistant           |

  @DMP/UX.50.01
  Scénario: L'autorisation qui n'existe pas encore est posée
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert sans autorisation
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste s'affiche
    Et le DMP a reçu une demande d'autorisation
    Et le rapport signale le désaccord des textes sur l'autorisation posée sans geste

  @DMP/UX.50.01
  Scénario: L'autorisation expirée est posée de nouveau
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert avec une autorisation expirée
    Quand l'utilisateur affiche la liste des documents du DMP
    Alors la liste s'affiche
    Et le DMP a reçu une demande d'autorisation

  @DMP/UX.50.01
  Scénario: Aucune autorisation n'est posée pour une patiente opposée
    Étant donné que le référentiel d'identités annonce que la patiente refuse la consultation du DMP
    Et que le DMP de la patiente est ouvert sans autorisation
    Quand l'utilisateur demande à consulter le DMP
    Alors la consultation est refusée
    Et rien n'a été demandé au DMP contre le choix de la patiente

  @DMP/CONF.06.01
  Scénario: L'opposition ferme un accès déjà ouvert
    Étant donné que l'utilisateur enregistre que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert à ce docteur
    Et que l'utilisateur a ouvert la consultation du DMP
    Quand l'utilisateur enregistre que la patiente refuse la consultation du DMP
    Et l'utilisateur affiche la liste des documents du DMP
    Alors la liste est refusée à cause du choix de la patiente

  @DMP/CONF.06.01
  Scénario: L'opposition est tracée, et ouvrir le dossier n'interroge pas le DMP
    Étant donné que l'utilisateur enregistre que la patiente refuse la consultation du DMP
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le DMP n'est pas appelé
    Et le choix de la patiente est tracé

  @DMP/AIRS.06.01
  Scénario: Chaque appel au DMP nomme le professionnel connecté
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Et que le DMP de la patiente est ouvert à tous les docteurs de l'équipe
    Quand l'utilisateur demande à consulter le DMP
    Alors chaque appel au DMP nomme ce docteur
    Quand le docteur "Hoda ADAM" ouvre sa session
    Et l'utilisateur affiche la liste des documents du DMP
    Alors chaque appel au DMP nomme ce docteur
    Et chaque appel au DMP est conforme aux règles du DMP

  @DMP/UX.06.01
  Scénario: Le choix sur la consultation change autant de fois que la patiente le veut
    Étant donné que l'utilisateur enregistre que la patiente refuse la consultation du DMP
    Quand l'utilisateur enregistre que la patiente consent à la consultation du DMP
    Alors le dossier montre que la patiente consent à la consultation du DMP
    Quand l'utilisateur enregistre que la patiente refuse la consultation du DMP
    Alors le dossier montre que la patiente refuse la consultation du DMP

  @SEED.DMP.CONSENT.4.01
  Scénario: La non-information se lit dans l'épisode
    Étant donné que la patiente est admise
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier montre pour cet épisode que la patiente n'a pas été informée

  @SEED.DMP.CONSENT.4.01
  Plan du scénario: Le choix de la patiente informée se lit dans l'épisode
    Étant donné que la patiente est admise
    Et que l'utilisateur enregistre que la patiente <choix>
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier montre pour cet épisode que la patiente <état>

    Exemples:
      | choix                              | état               |
      | consent à la consultation du DMP   | ne s'est pas opposée |
      | refuse la consultation du DMP      | s'est opposée      |

  @SEED.DMP.CONSENT.4.01
  Scénario: Le bris de glace se lit dans l'épisode avec son motif
    Étant donné que la patiente est admise
    Et que l'utilisateur demande l'accès en bris de glace pour "patiente inconsciente"
    Quand l'utilisateur ouvre le dossier de la patiente
    Alors le dossier montre pour cet épisode que la patiente est consultée en bris de glace
    Et le dossier garde le motif "patiente inconsciente" du bris de glace

  @SEED.DMP.CONSENT.4.01
  Scénario: Le choix d'un épisode ne change pas celui de l'épisode précédent
    Étant donné que la patiente est admise
    Et que l'utilisateur enregistre que la patiente refuse la consultation du DMP
    Et que la patiente sort
    Et que la patiente est admise
    Quand l'utilisateur enregistre que la patiente consent à la consultation du DMP
    Et l'utilisateur ouvre le dossier de la patiente
    Alors le dossier montre pour cet épisode que la patiente ne s'est pas opposée
    Et le dossier montre pour l'épisode précédent que la patiente s'est opposée

  @SEED.DMP.CONSENT.6.01
  Plan du scénario: Le DMP reste fermé à la patiente non informée ou opposée
    Étant donné que le référentiel d'identités annonce que la patiente <choix>
    Et que le DMP de la patiente est ouvert à ce docteur
    Quand l'utilisateur demande à consulter le DMP
    Alors la consultation est refusée
    Et rien n'a été demandé au DMP contre le choix de la patiente

    Exemples:
      | choix                                  |
      | n'a rien dit de la consultation du DMP |
      | refuse la consultation du DMP          |

  @SEED.DMP.CONSENT.7.01
  Scénario: Le bris de glace sans motif est refusé
    Quand l'utilisateur demande l'accès en bris de glace sans donner de motif
    Alors l'accès est refusé faute de motif
    Et le DMP n'est pas appelé

  @SEED.DMP.CONSENT.7.01
  Scénario: Le motif du bris de glace accompagne chaque appel
    Étant donné que le DMP de la patiente est ouvert sans autorisation
    Quand l'utilisateur demande l'accès en bris de glace pour "patiente inconsciente"
    Et l'utilisateur affiche la liste des documents du DMP
    Alors la liste s'affiche
    Et chaque appel au DMP dit le bris de glace et son motif "patiente inconsciente"
    Et le droit d'accès a été vérifié avant toute consultation

  @SEED.DMP.CONSENT.8.01
  Scénario: La non-opposition vaut pour toute l'équipe de soins
    Étant donné que l'utilisateur enregistre que la patiente consent à la consultation du DMP
    Quand le docteur "Hoda ADAM" ouvre sa session
    Et l'utilisateur demande à consulter le DMP
    Alors la consultation est ouverte à toute l'équipe

  @SEED.DMP.CONSULT.12.01
  Scénario: Sans INS qualifiée, le DMP n'est pas consulté
    Étant donné que l'utilisateur enregistre que la patiente consent à la consultation du DMP
    Quand le référentiel d'identités supprime l'INS de la patiente
    Et l'utilisateur demande à consulter le DMP
    Alors la consultation est refusée
    Et le DPI dit pourquoi
    Et le DMP n'est pas appelé

  @SEED.DMP.CONSENT.9.01
  Scénario: L'information de la patiente est gardée
    Quand l'utilisateur enregistre que la patiente consent à la consultation du DMP
    Alors le choix de la patiente est tracé
    Et le dossier montre que la patiente consent à la consultation du DMP

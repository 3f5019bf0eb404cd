# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI respecte les choix du patient sur son DMP
  Le patient informé peut s'opposer à ce que son DMP soit alimenté, ou consulté. Quand il n'a rien dit,
  l'alimentation est permise et la consultation ne l'est pas. Ses choix viennent de l'utilisateur du DPI ou du
  référentiel d'identités, et valent tout de suite.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @DMP/CONF.09.01
  Scénario: La non-opposition est tracée et l'alimentation passe
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur enregistre que la patiente ne s'oppose pas à l'alimentation du DMP
    Et l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message demande l'alimentation du DMP
    Et le choix de la patiente est tracé

  @DMP/CONF.09.01
  Scénario: L'opposition est tracée et bloque la transmission
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Quand l'utilisateur enregistre que la patiente s'oppose à l'alimentation du DMP
    Et l'utilisateur tente de transmettre le document au DMP
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'alimentation du DMP
    Et le choix de la patiente est tracé

  @DMP/CONF.09.01
  Scénario: L'opposition levée, l'alimentation passe de nouveau
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Et que l'utilisateur enregistre que la patiente s'oppose à l'alimentation du DMP
    Quand l'utilisateur enregistre que la patiente ne s'oppose pas à l'alimentation du DMP
    Et l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message demande l'alimentation du DMP

  @SEED.DMP.CONSENT.1.01
  Scénario: L'opposition enregistrée est montrée dans le dossier
    Quand l'utilisateur enregistre que la patiente s'oppose à l'alimentation du DMP
    Alors le dossier montre que la patiente s'oppose à l'alimentation du DMP

  @SEED.DMP.CONSENT.2.01
  Scénario: Après l'opposition, une nouvelle version ne part pas vers le DMP
    Étant donné un document "compte rendu d'imagerie" déjà transmis au DMP
    Et que l'utilisateur enregistre que la patiente s'oppose à l'alimentation du DMP
    Quand l'utilisateur tente de remplacer le document par une version corrigée
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'alimentation du DMP

  @SEED.DMP.CONSENT.12.01
  Scénario: Quand rien n'est recueilli, l'alimentation est permise
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Et que le référentiel d'identités annonce que la patiente n'a rien dit de l'alimentation du DMP
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message demande l'alimentation du DMP

  @SEED.DMP.CONSENT.12.01
  Scénario: Quand la patiente ne s'est pas opposée, l'alimentation est permise
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Et que le référentiel d'identités annonce que la patiente ne s'oppose pas à l'alimentation du DMP
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message demande l'alimentation du DMP

  @SEED.DMP.CONSENT.12.01
  Scénario: Quand la patiente s'est opposée, l'alimentation est bloquée
    Étant donné un document "compte rendu d'imagerie" validé dans le DPI
    Et que le référentiel d'identités annonce que la patiente s'oppose à l'alimentation du DMP
    Quand l'utilisateur tente de transmettre le document au DMP
    Alors le DPI refuse et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'alimentation du DMP

  @SEED.DMP.CONSENT.13.01
  Plan du scénario: La consultation n'est ouverte qu'à la patiente qui y consent
    Étant donné que le référentiel d'identités annonce que la patiente <choix>
    Quand l'utilisateur demande à consulter le DMP
    Alors la consultation est <accès>

    Exemples:
      | choix                                       | accès   |
      | consent à la consultation du DMP            | ouverte |
      | refuse la consultation du DMP               | refusée |
      | n'a rien dit de la consultation du DMP      | refusée |

  @SEED.DMP.CONSENT.13.01
  Scénario: Sans aucune réponse reçue, la consultation est refusée
    Quand l'utilisateur demande à consulter le DMP
    Alors la consultation est refusée

  @SEED.DMP.CONSENT.14.01
  Scénario: Le dossier montre les choix reçus du référentiel d'identités
    Quand le référentiel d'identités annonce que la patiente s'oppose à l'alimentation du DMP
    Et le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Alors le DPI acquitte l'annonce
    Et le dossier montre que la patiente s'oppose à l'alimentation du DMP
    Et le dossier montre que la patiente consent à la consultation du DMP

  @SEED.DMP.CONSENT.14.01
  Scénario: Le dernier choix reçu l'emporte
    Étant donné que l'utilisateur enregistre que la patiente s'oppose à l'alimentation du DMP
    Quand le référentiel d'identités annonce que la patiente ne s'oppose pas à l'alimentation du DMP
    Alors le DPI acquitte l'annonce
    Et le dossier montre que la patiente ne s'oppose pas à l'alimentation du DMP

  @SEED.DMP.CONSENT.17.01
  Scénario: Le consentement saisi par l'utilisateur ouvre aussitôt la consultation
    Quand l'utilisateur enregistre que la patiente consent à la consultation du DMP
    Et l'utilisateur demande à consulter le DMP
    Alors la consultation est ouverte

  @SEED.DMP.CONSENT.17.01
  Scénario: Le refus saisi par l'utilisateur ferme aussitôt la consultation
    Étant donné que le référentiel d'identités annonce que la patiente consent à la consultation du DMP
    Quand l'utilisateur enregistre que la patiente refuse la consultation du DMP
    Et l'utilisateur demande à consulter le DMP
    Alors la consultation est refusée

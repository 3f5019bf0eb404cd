# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI alimente le DMP des documents qu'elle reçoit
  Chaque document confié à la PFI pour le DMP y est envoyé de lui-même, tel quel, une seule fois, au nom de la personne
  qui l'a demandé. Ce que la PFI en dit au DMP est ce que disent le document et la demande.

  Contexte:
    Étant donné un DMP ouvert pour la patiente

  @DMP/va1.01.01
  Plan du scénario: Un document confié alimente le DMP de lui-même
    Quand le DPI confie à la PFI un document <quoi>
    Alors le DMP reçoit ce document de la PFI
    Et cette alimentation est conforme au guide du DMP
    Et cette alimentation dit ce que disent le document et la demande
    Et le DMP détient ce document une seule fois

    Exemples:
      | quoi                          |
      | nouveau, par un message MDM   |
      | nouveau, par un message ORU   |
      | structuré, par un message MDM |
      | validé la veille              |

  @DMP/va1.01.01
  Scénario: Chaque document est envoyé au nom de la personne de sa demande
    Étant donné que le DPI confie à la PFI un document pour le DMP, avec accusé
    Et que le DMP a reçu ce document de la PFI
    Quand le DPI confie à la PFI un document demandé par un autre professionnel
    Alors le DMP reçoit ce document de la PFI
    Et cette alimentation dit ce que disent le document et la demande
    Et cette alimentation vient de la même installation que la précédente

  @DMP/va1.01.01
  Plan du scénario: Une nouvelle version remplace la précédente dans le DMP
    Étant donné que le DPI confie à la PFI un document nouveau, par un message <forme>
    Et que le DMP a reçu ce document de la PFI
    Quand le DPI confie à la PFI une nouvelle version, par un message <forme>
    Alors le DMP reçoit ce document de la PFI
    Et cette alimentation est conforme au guide du DMP
    Et cette alimentation remplace le document que le DMP connaît
    Et le DMP détient la nouvelle version à la place de la précédente

    Exemples:
      | forme |
      | MDM   |
      | ORU   |

  @DMP/va1.01.01
  Scénario: Un changement de masquage est une nouvelle version
    Étant donné que le DPI confie à la PFI un document masqué aux professionnels
    Et que le DMP a reçu ce document de la PFI
    Quand le DPI confie à la PFI une nouvelle version démasquée, par un message MDM
    Alors le DMP reçoit ce document de la PFI
    Et cette alimentation dit ce que disent le document et la demande
    Et le DMP détient la nouvelle version à la place de la précédente
    Et la PFI n'a pas modifié la fiche du document dans le DMP

  @DMP/va1.01.01
  Scénario: La suppression d'un document le supprime du DMP
    Étant donné que le DPI confie à la PFI un document nouveau, par un message MDM
    Et que le DMP a reçu ce document de la PFI
    Et que le DMP détient un autre document de la patiente
    Quand le DPI confie à la PFI la suppression du document, par un message MDM
    Alors le DMP reçoit de la PFI la suppression de ce document
    Et le DMP tient ce document pour supprimé, et lui seul

  @DMP/va1.01.01
  Scénario: L'alimentation n'a pas de suite
    Quand le DPI confie à la PFI un document nouveau, par un message MDM
    Alors le DMP reçoit ce document de la PFI
    Et le DMP ne reçoit pas ce document une seconde fois
    Et la PFI n'a fait aucune recherche dans le DMP

  @DMP/va1.01.01
  Scénario: Un document qui n'est pas destiné au DMP ne lui est pas envoyé
    Quand le DPI confie à la PFI un document caché à la patiente et destiné à un professionnel
    Alors la PFI accepte le message
    Et le DMP ne reçoit rien de ce document

  @SEED.DMP.ALIM.14.01
  Scénario: Sous une identité qui n'est pas validée, le DMP n'est pas alimenté
    Étant donné un DPI qui accepte tous les messages
    Quand le DPI confie à la PFI un document pour le DMP, sous une identité provisoire
    Alors la PFI accepte le message
    Et le DMP ne reçoit rien sous cette identité

  @DMP/CONF.05.01
  Scénario: Alimenter et supprimer ne demandent aucune autorisation
    Étant donné un établissement que la patiente n'a pas autorisé à consulter son DMP
    Quand le DPI confie à la PFI un document nouveau, par un message MDM
    Alors le DMP reçoit ce document de la PFI
    Et le DMP détient ce document une seule fois
    Quand le DPI confie à la PFI la suppression du document, par un message MDM
    Alors le DMP reçoit de la PFI la suppression de ce document
    Et le DMP tient ce document pour supprimé, et lui seul
    Et la PFI n'a demandé aucune autorisation d'accès
    Et le DMP reste fermé à la consultation de l'établissement

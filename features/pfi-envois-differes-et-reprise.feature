# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI garde ses envois au DMP jusqu'à ce qu'ils aboutissent
  Une coupure, une panne, un envoi différé: la PFI garde chaque ordre d'envoi, l'exécute d'elle-même dès qu'elle le peut,
  une seule fois, et n'envoie pas ce qui a été annulé entre-temps.

  Contexte:
    Étant donné un DPI qui accepte tous les messages
    Et un DMP que la PFI alimente déjà

  @DMP/ALI/PROG.07.01
  Plan du scénario: Un document part de lui-même quand le DMP revient
    Étant donné un DMP qui <panne>
    Et que le DPI confie à la PFI un document pour le DMP, avec accusé
    Et que le DPI ne reçoit aucun retour
    Quand le DMP est rétabli
    Alors le DPI reçoit le retour du DMP
    Et ce retour annonce un succès
    Et le DMP détient ce document une seule fois
    Mais le DPI ne reçoit aucun autre retour

    Exemples:
      | panne                  |
      | n'est pas joignable    |
      | est indisponible       |
      | coupe la connexion     |
      | ne répond pas          |
      | est occupé             |

  @DMP/ALI/PROG.07.01
  Scénario: Une réponse perdue ne fait pas de doublon
    Étant donné un DMP qui prend le document puis coupe la connexion
    Et que le DPI confie à la PFI un document pour le DMP, avec accusé
    Et que le DMP a reçu ce document de la PFI
    Quand le DMP est rétabli
    Alors le DPI reçoit le retour du DMP
    Et ce retour annonce un succès
    Et la PFI n'a renvoyé que ce document
    Et le DMP détient ce document une seule fois

  @DMP/ALI/PROG.07.01
  Scénario: Un document en attente survit au redémarrage de la PFI
    Étant donné un DMP qui n'est pas joignable
    Et que le DPI confie à la PFI un document pour le DMP, avec accusé
    Et que le DPI ne reçoit aucun retour
    Et que la PFI est redémarrée
    Quand le DMP est rétabli
    Alors le DPI reçoit le retour du DMP
    Et ce retour annonce un succès
    Et le DMP détient ce document une seule fois
    Mais le DPI ne reçoit aucun autre retour

  @DMP/ALI/PROG.07.01
  Scénario: Une réponse perdue ne fait pas de doublon après un redémarrage
    Étant donné un DMP qui prend le document puis coupe la connexion
    Et que le DPI confie à la PFI un document pour le DMP, avec accusé
    Et que le DMP a reçu ce document de la PFI
    Et que la PFI est redémarrée
    Quand le DMP est rétabli
    Alors le DPI reçoit le retour du DMP
    Et ce retour annonce un succès
    Et la PFI n'a renvoyé que ce document
    Et le DMP détient ce document une seule fois

  @DMP/ALI/PROG.07.01
  Scénario: Tous les documents en attente partent, une fois chacun
    Étant donné un DMP qui n'est pas joignable
    Et que le DPI confie à la PFI trois documents pour le DMP
    Quand le DMP est rétabli
    Alors le DPI reçoit le retour du DMP pour chacun de ces documents
    Et le DMP détient chacun de ces documents une seule fois
    Mais le DPI ne reçoit aucun autre retour

  @DMP/ALI/PROG.07.01
  Scénario: Une nouvelle version en attente suit la version qu'elle remplace
    Étant donné un DMP qui n'est pas joignable
    Et que le DPI confie à la PFI un document nouveau, par un message MDM
    Et que le DPI confie à la PFI une nouvelle version, par un message MDM
    Quand le DMP est rétabli
    Alors le DMP reçoit ce document de la PFI
    Et le DMP détient la nouvelle version à la place de la précédente

  @SEED.DMP.ALIM.7.01
  Scénario: Un envoi différé part de lui-même à l'heure dite
    Quand le DPI confie à la PFI un document dont l'envoi est différé
    Alors la PFI accepte le message
    Et le DMP reçoit ce document de la PFI
    Et l'envoi n'a pas précédé l'heure dite

  @SEED.DMP.ALIM.8.01
  Scénario: Un document supprimé avant d'être parti n'est jamais envoyé
    Étant donné un DMP qui n'est pas joignable
    Et que le DPI confie à la PFI un document nouveau, par un message MDM
    Et que le DPI confie à la PFI la suppression du document, par un message MDM
    Quand le DMP est rétabli
    Alors le DMP ne reçoit pas ce document

  @SEED.DMP.ALIM.8.01
  Scénario: Une suppression atteint un document dont la réponse s'est perdue
    Étant donné un DMP qui prend le document puis coupe la connexion
    Et que le DPI confie à la PFI un document nouveau, par un message MDM
    Et que le DMP a reçu ce document de la PFI
    Et que le DPI confie à la PFI la suppression du document, par un message MDM
    Quand le DMP est rétabli
    Alors le DMP reçoit de la PFI la suppression de ce document
    Et le DMP tient ce document pour supprimé, et lui seul

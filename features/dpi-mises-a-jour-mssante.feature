# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI fait valider les mises à jour et les suppressions reçues par MSSanté
  L'auteur d'un document reçu peut le corriger ou le supprimer. Le dossier le signale, montre la nouvelle version, attend
  la décision si l'établissement le veut, et garde l'ancienne. Il n'avertit personne d'un document qui n'est pas le sien.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @MSS/UX.05.01
  Scénario: Le remplacement reçu est signalé et attend la validation
    Étant donné que l'administrateur demande à valider les remplacements et les suppressions
    Et que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI une nouvelle version de ce document
    Alors le dossier signale un remplacement à valider
    Et le dossier montre toujours la version d'origine comme courante

  @MSS/UX.05.01
  Scénario: La nouvelle version peut être lue avant d'être validée
    Étant donné que l'administrateur demande à valider les remplacements et les suppressions
    Et que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI une nouvelle version de ce document
    Quand l'utilisateur ouvre ce document dans la liste de travail
    Alors le DPI affiche l'en-tête du document
    Et le DPI affiche le PDF du document

  @MSS/UX.05.01
  Scénario: Le remplacement validé est fait
    Étant donné que l'administrateur demande à valider les remplacements et les suppressions
    Et que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI une nouvelle version de ce document
    Quand l'utilisateur remplace la version du dossier par ce document
    Alors le geste est fait
    Et le dossier montre ce document, venu de MSSanté
    Et le dossier garde la version d'origine parmi les anciennes
    Et le dossier ne signale plus rien de ce document

  @MSS/UX.05.01
  Scénario: La suppression reçue est signalée et attend la validation
    Étant donné que l'administrateur demande à valider les remplacements et les suppressions
    Et que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI la suppression de ce document
    Alors le dossier signale une suppression à valider
    Et le dossier montre toujours la version d'origine comme courante

  @MSS/UX.05.01
  Scénario: La suppression validée est faite
    Étant donné que l'administrateur demande à valider les remplacements et les suppressions
    Et que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI la suppression de ce document
    Quand l'utilisateur valide la suppression de ce document
    Alors le geste est fait
    Et le dossier ne montre plus le document d'origine
    Et le dossier ne signale plus rien de ce document

  @SEED.MSS.4.01
  Scénario: L'ancienne version reste disponible après un remplacement
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et que la PFI remet au DPI une nouvelle version de ce document
    Quand l'utilisateur ouvre la version d'origine
    Alors le dossier garde la version d'origine parmi les anciennes
    Et le document d'origine s'affiche

  @MSS/UX.38.01
  Scénario: Le remplacement d'un document produit est annoncé à ses destinataires
    Étant donné une "lettre de liaison à la sortie" déjà envoyée à un professionnel par messagerie
    Quand l'utilisateur remplace le document par une version corrigée
    Alors la PFI reçoit un message de remplacement
    Et ce message est adressé à ceux qui avaient reçu le document

  @MSS/UX.38.01
  Scénario: La suppression d'un document produit est annoncée à ses destinataires
    Étant donné une "lettre de liaison à la sortie" déjà envoyée à un professionnel par messagerie
    Quand l'utilisateur supprime le document
    Alors la PFI reçoit un message de suppression
    Et ce message est adressé à ceux qui avaient reçu le document

  @MSS/UX.38.01
  Scénario: Le remplacement d'un document reçu n'est annoncé à personne
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI une nouvelle version de ce document
    Alors le DPI ne demande aucun envoi à la PFI, le document n'étant pas le sien

  @MSS/UX.38.01
  Scénario: La suppression d'un document reçu n'est annoncée à personne
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand la PFI remet au DPI la suppression de ce document
    Alors le DPI ne demande aucun envoi à la PFI, le document n'étant pas le sien

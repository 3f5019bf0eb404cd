# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI gère l'identité nationale de santé
  Les traits de l'identité s'enregistrent, s'affichent, se recherchent et s'impriment selon le référentiel national.

  @INS/va1.01.01
  Scénario: Tous les champs de l'identité sont enregistrés
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Afficher une fiche de patient qui contient tous les champs de l'identité.
      """
    Alors elle remet la preuve "INS/va1.01.01.01", une vidéo ou des copies d'écran

  @INS/va1.01.02
  Scénario: Les signes permis dans un nom sont acceptés
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Recevoir ou saisir une identité dont le nom contient un tiret, une apostrophe et une espace.
      Montrer que rien n'est perdu ni tronqué.
      """
    Alors elle remet la preuve "INS/va1.01.02.01", une vidéo ou des copies d'écran

  @INS/va1.01.03
  Scénario: Une date de naissance impossible est refusée
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Saisir tour à tour un jour puis un mois impossibles dans la date de naissance.
      Montrer que chaque saisie est refusée.
      """
    Alors elle remet la preuve "INS/va1.01.03.01", une vidéo ou des copies d'écran

  @INS/va1.02.01
  Scénario: La date de naissance seule suffit à chercher
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher par la date de naissance, et montrer tous les usagers nés ce jour-là.
      """
    Alors elle remet la preuve "INS/va1.02.01.01", une vidéo ou des copies d'écran

  @INS/va1.02.02
  Scénario: Le début du nom utilisé complète la recherche
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher par la date de naissance et le début du nom utilisé.
      """
    Alors elle remet la preuve "INS/va1.02.02.01", une vidéo ou des copies d'écran

  @INS/va1.02.03
  Scénario: Le début du nom de naissance complète la recherche
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher par la date de naissance et le début du nom de naissance.
      """
    Alors elle remet la preuve "INS/va1.02.03.01", une vidéo ou des copies d'écran

  @INS/va1.02.04
  Scénario: Le début du prénom de naissance complète la recherche
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher par la date de naissance et le début du prénom de naissance.
      """
    Alors elle remet la preuve "INS/va1.02.04.01", une vidéo ou des copies d'écran

  @INS/va1.02.05
  Scénario: Le début du prénom utilisé complète la recherche
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher par la date de naissance et le début du prénom utilisé.
      """
    Alors elle remet la preuve "INS/va1.02.05.01", une vidéo ou des copies d'écran

  @INS/va1.03.01
  Scénario: Datamatrix INS sur papier
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Imprimer un document d'un usager dont l'INS est qualifiée.
      Vérifier que le datamatrix de l'INS y figure, et numériser la page.
      """
    Alors elle remet la preuve "INS/va1.03.01.01", un scan

  @INS/va1.10.01
  Scénario: Traits complémentaires sur papier
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Régler les traits d'identité ajoutés aux éditions papier.
      Imprimer un document, et montrer que ces traits y figurent.
      """
    Alors elle remet la preuve "INS/va1.10.01.01", une vidéo ou des copies d'écran

  @INS/va1.15.01
  Scénario: Traits minimaux sur papier
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Imprimer un document d'un usager dont l'INS est qualifiée.
      Vérifier que les traits minimaux y figurent, et le matricule suivi de sa nature ; numériser la page.
      """
    Alors elle remet la preuve "INS/va1.15.01.01", un scan
    Et elle remet la preuve "INS/va1.15.01.02", un scan

  @INS/va1.25.01
  Scénario: Un tiret saisi en trop n'empêche pas de trouver
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher un nom avec un tiret que la base n'a pas, et montrer que le patient est trouvé.
      """
    Alors elle remet la preuve "INS/va1.25.01.01", une vidéo ou des copies d'écran

  @INS/va1.25.02
  Scénario: Un tiret oublié n'empêche pas de trouver
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher un prénom sans le tiret que la base contient, et montrer que le patient est trouvé.
      """
    Alors elle remet la preuve "INS/va1.25.02.01", une vidéo ou des copies d'écran

  @INS/va1.25.03
  Scénario: Un double tiret n'empêche pas de trouver
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher un nom avec un double tiret, et montrer que le patient est trouvé.
      """
    Alors elle remet la preuve "INS/va1.25.03.01", une vidéo ou des copies d'écran

  @INS/va1.25.04
  Scénario: Une apostrophe n'empêche pas de trouver
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher un nom avec une apostrophe, et montrer que le patient est trouvé.
      """
    Alors elle remet la preuve "INS/va1.25.04.01", une vidéo ou des copies d'écran

  @INS/va1.36.01
  Scénario: Affichage des traits d'identité
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir une fiche de patient, et montrer le nom de naissance, le premier prénom, la date de naissance et le
        sexe.
      Montrer le réglage qui ajoute les autres champs à l'écran.
      """
    Alors elle remet la preuve "INS/va1.36.01.01", une vidéo ou des copies d'écran

  @INS/va1.39.01
  Scénario: Traçabilité des accès à l'INS
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Ouvrir le dossier d'un patient dont l'INS est connue.
      Retrouver la trace de cet accès, avec sa date, son heure et son auteur.
      """
    Alors elle remet la preuve "INS/va1.39.01.01", un journal

  @INS/va1.41.01
  Scénario: Recherche par matricule INS
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Rechercher par un matricule complet, et montrer les résultats.
      Saisir un matricule dont la clé est fausse, puis un matricule sans clé.
      Montrer que la recherche est refusée dans les deux cas.
      """
    Alors elle remet la preuve "INS/va1.41.01.01", une vidéo ou des copies d'écran
    Et elle remet la preuve "INS/va1.41.01.02", une vidéo ou des copies d'écran
    Et elle remet la preuve "INS/va1.41.01.03", une vidéo ou des copies d'écran

  @INS/va1.46.01
  Scénario: Trace des partenaires destinataires de l'INS
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Transmettre à un partenaire des données référencées par une INS qualifiée.
      Retrouver la trace de cet envoi, avec son destinataire.
      """
    Alors elle remet la preuve "INS/va1.46.01.01", un journal

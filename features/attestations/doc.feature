# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI produit des documents conformes
  Prescriptions, lettres de liaison et comptes rendus opératoires sont produits avec l'INS, leurs destinataires et leur
  copie PDF.

  @DOC/va1.06.01
  Scénario: Mention de tous les destinataires
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Produire dans l'Espace de Test d'interopérabilité une lettre de liaison qui a plusieurs destinataires.
      Vérifier que le document les nomme tous.
      """
    Alors elle remet la preuve "DOC/va1.06.01.01", un lien permanent

  @DOC/va1.07.01
  Scénario: INS dans le CDA R2 N1
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Produire dans l'Espace de Test d'interopérabilité une lettre de liaison.
      Vérifier que son en-tête porte l'INS du patient.
      """
    Alors elle remet la preuve "DOC/va1.07.01.01", un lien permanent

  @DOC/va1.08.01
  Scénario: CDA R2 N1 avec PDF encapsulé
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Produire dans l'Espace de Test d'interopérabilité une prescription dont le corps est un PDF.
      """
    Alors elle remet la preuve "DOC/va1.08.01.01", un lien permanent

  @DOC/va1.01.01
  Scénario: Production PDF/A-1 et nommage
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Produire une prescription au format PDF/A-1, et la nommer selon les règles de MSSanté.
      """
    Alors elle remet la preuve "DOC/va1.01.01.01", un document de santé
    Et ce document se déclare PDF/A-1

  @DOC/va1.03.01
  Scénario: Mention d'information RGPD
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Régler la mention d'information du patient.
      Produire une lettre de liaison à la sortie, et vérifier que cette mention est en bas de page.
      """
    Alors elle remet la preuve "DOC/va1.03.01.01", un document de santé
    Et ce document se déclare PDF/A-1

  @DOC/va1.04.01
  Scénario: INS dans le CDA et datamatrix INS dans le PDF
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Produire un document dans l'Espace de Test d'interopérabilité, pour un patient dont l'INS est qualifiée.
      Vérifier que le datamatrix de l'INS est imprimé dans le PDF.
      """
    Alors elle remet la preuve "DOC/va1.04.01.01", un lien permanent
    Et elle remet la preuve "DOC/va1.04.01.02", un document de santé
    Et ce document se déclare PDF/A-1
    Et elle remet la preuve "DOC/va1.04.01.03", une copie d'écran

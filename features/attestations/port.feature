# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI rend les documents qu'il détient
  Un administrateur peut exporter les documents du logiciel dans un format documenté.

  @PORT/va1.01.01
  Scénario: Portabilité des documents
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Joindre la documentation qui dit quelles données s'exportent, dans quel format et à quel endroit.
      """
    Alors elle remet la preuve "PORT/va1.01.01.01", un document

# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI rend les documents qu'il détient
  Un administrateur peut exporter les documents du logiciel dans un format documenté.

  @PORT/va1.01.01
  Scénario: Portabilité des documents
    Étant donné une personne habilitée devant le DPI
    Quand elle suit la consigne:
      """
      Présenter une documentation listant données, format d'export et emplacement.
      """
    Alors elle remet la preuve "PORT/va1.01.01.01", un document

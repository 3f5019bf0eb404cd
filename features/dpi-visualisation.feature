# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI rend lisibles les documents de santé
  Un document reçu se lit comme son auteur l'a voulu : son en-tête, ses pages, son texte, sa présentation, et chacune de
  ses versions. Un résultat grave se voit.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @CDA/VISU.01.01
  Scénario: Un document non structuré se lit en entier
    Étant donné que la PFI remet au DPI un document de cette patiente
    Quand l'utilisateur ouvre ce document
    Alors le DPI affiche l'en-tête du document
    Et le DPI affiche le PDF du document

  @CDA/VISU.01.01
  Scénario: Un document structuré se lit en entier
    Étant donné que la PFI remet au DPI un document structuré avec sa copie paginée
    Quand l'utilisateur ouvre ce document
    Alors le DPI affiche l'en-tête du document
    Et le DPI affiche le texte du document

  @CDA/VISU.01.01
  Scénario: La copie paginée d'un document structuré est montrée d'abord
    Étant donné que la PFI remet au DPI un document structuré avec sa copie paginée
    Quand l'utilisateur ouvre ce document
    Alors le DPI montre d'abord la copie paginée

  @CDA/INT.09.01
  Scénario: La feuille de style d'un document est appliquée
    Étant donné que la PFI remet au DPI un document structuré avec sa feuille de style
    Quand l'utilisateur ouvre ce document
    Alors le DPI affiche ce document dans la présentation de son auteur
    Et le DPI affiche le texte du document

  @CDA/INT.09.01
  Scénario: Sans feuille de style, le texte du document s'affiche aussi
    Étant donné que la PFI remet au DPI un document structuré avec sa copie paginée
    Quand l'utilisateur ouvre ce document
    Alors le DPI affiche le texte du document

  @CDA/INT.16.01
  Scénario: Une section ajoutée à un document produit s'affiche
    Étant donné un document structuré du DPI avec une section ajoutée
    Quand l'utilisateur ouvre le document produit
    Alors le DPI affiche le texte de la section ajoutée

  @CDA/VISU.02.01
  Scénario: La version remplacée reste lisible dans sa présentation
    Étant donné que la PFI remet au DPI un document structuré avec sa feuille de style
    Et que la PFI remet au DPI une nouvelle version de ce document avec une autre feuille de style
    Quand l'utilisateur ouvre la version d'origine
    Alors le DPI affiche la version d'origine dans sa présentation

  @CDA/VISU.02.01
  Scénario: La dernière version s'affiche dans sa présentation
    Étant donné que la PFI remet au DPI un document structuré avec sa feuille de style
    Et que la PFI remet au DPI une nouvelle version de ce document avec une autre feuille de style
    Quand l'utilisateur ouvre ce document
    Alors le DPI affiche la nouvelle version dans sa présentation

  @HOP/va1.09.01
  Scénario: Un document structuré reçu est intégré et affiché
    Quand la PFI remet au DPI un document structuré avec sa copie paginée
    Alors le DPI accepte la remise
    Et le dossier montre ce document, venu de MSSanté
    Et le document s'affiche

  @HOP/va1.10.01
  Plan du scénario: Un résultat critique est signalé
    Quand la PFI remet au DPI un compte rendu de biologie dont un résultat est <gravité>
    Alors le DPI accepte la remise
    Et le dossier signale un résultat critique

    Exemples:
      | gravité            |
      | anormal critique   |
      | très haut critique |
      | très bas critique  |

  @HOP/va1.10.01
  Scénario: Un résultat normal n'est pas signalé
    Quand la PFI remet au DPI un compte rendu de biologie dont un résultat est normal
    Alors le DPI accepte la remise
    Et le dossier ne signale aucun résultat critique

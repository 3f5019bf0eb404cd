# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI garde les documents reçus, les trie et dit d'où ils viennent
  Ce qui entre au dossier y reste tel que son auteur l'a signé. Parmi des dizaines de documents, le bon se trouve par sa
  date et par son type, et l'on voit sans clic qu'il vient d'ailleurs.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @CDA/INT.15.01
  Plan du scénario: Le document gardé est celui qui a été reçu
    Étant donné que la PFI remet au DPI un document <forme>
    Quand l'utilisateur exporte ce document
    Alors le document exporté est celui qui a été reçu

    Exemples:
      | forme                                |
      | écrit par un autre logiciel          |
      | structuré avec sa feuille de style   |
      | structuré, d'un autre logiciel       |

  @CDA/INT.04.01
  Scénario: Les documents se trient par date de création
    Étant donné un dossier avec deux documents reçus et un document produit
    Quand l'utilisateur trie les documents par date de création
    Alors le DPI les montre dans l'ordre de leurs dates

  @CDA/INT.04.01
  Scénario: Les documents se trient par type
    Étant donné un dossier avec deux documents reçus et un document produit
    Quand l'utilisateur trie les documents par type
    Alors le DPI les montre dans l'ordre de leurs types

  @CDA/INT.17.01
  Scénario: Le tri se fait sur ce que dit le document
    Étant donné que la PFI remet au DPI un document de cette patiente écrit il y a un an
    Quand l'utilisateur trie les documents par date de création
    Alors le DPI montre le type et la date que dit le document

  @CDA/INT.08.01
  Scénario: L'origine d'un document reçu par MSSanté se voit sans clic
    Étant donné que la PFI remet au DPI un document de cette patiente
    Et un document "lettre de liaison à la sortie" validé dans le DPI
    Quand l'utilisateur trie les documents par date de création
    Alors le DPI montre sans clic que le document reçu vient de MSSanté
    Mais le document produit n'est pas dit venu de MSSanté

# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI reçoit les documents des systèmes émetteurs
  Le DPI, le logiciel d'imagerie et celui du laboratoire confient leurs documents à la PFI. Elle dit aussitôt si elle
  les prend en charge, et ne transmet rien de ce qu'elle a refusé.

  @CDA/HL7.01.01
  Plan du scénario: Un document nouveau est reçu
    Quand le DPI confie à la PFI un document nouveau, par un message <forme>
    Alors la PFI accepte le message
    Et son acquittement est conforme aux volets du CI-SIS
    Et la PFI détient ce document une seule fois
    Et la PFI transmet ce document au DMP

    Exemples:
      | forme |
      | MDM   |
      | ORU   |

  @CDA/HL7.01.01
  Scénario: Un document structuré est reçu
    Quand le DPI confie à la PFI un document structuré, par un message MDM
    Alors la PFI accepte le message
    Et la PFI détient ce document une seule fois

  @CDA/HL7.01.01
  Plan du scénario: Une nouvelle version remplace le document reçu
    Étant donné que le DPI confie à la PFI un document nouveau, par un message <forme>
    Quand le DPI confie à la PFI une nouvelle version, par un message <forme>
    Alors la PFI accepte le message
    Et son acquittement est conforme aux volets du CI-SIS
    Et la PFI détient ce document une seule fois
    Et la PFI tient la version d'origine pour remplacée

    Exemples:
      | forme |
      | MDM   |
      | ORU   |

  @CDA/HL7.01.01
  Plan du scénario: Un document reçu est supprimé
    Étant donné que le DPI confie à la PFI un document nouveau, par un message <forme>
    Quand le DPI confie à la PFI la suppression du document, par un message <forme>
    Alors la PFI accepte le message
    Et son acquittement est conforme aux volets du CI-SIS
    Et la PFI tient la version d'origine pour supprimée

    Exemples:
      | forme |
      | MDM   |
      | ORU   |

  @CDA/HL7.01.01
  Scénario: Le même message reçu deux fois ne donne qu'un document
    Étant donné que le DPI confie à la PFI un document nouveau, par un message MDM
    Quand le DPI envoie à la PFI le même message une seconde fois
    Alors la PFI détient ce document une seule fois

  @CDA/HL7.01.01
  Plan du scénario: Un message fautif est refusé et rien n'est gardé
    Quand le DPI envoie à la PFI un message fautif, <faute>
    Alors la PFI refuse le message
    Et son acquittement est conforme aux volets du CI-SIS
    Et la PFI ne détient pas ce document

    Exemples:
      | faute                                        |
      | publication annoncée comme une suppression   |
      | publication d'un document dit supprimé       |
      | identité du patient absente                  |
      | venue du patient absente                     |
      | identifiant du patient absent                |
      | octets d'un autre jeu de caractères          |
      | document illisible                           |
      | type que le DMP ne prend pas                 |
      | événement inconnu                            |
      | type de message inconnu                      |
      | version de HL7 ancienne                      |

  @CDA/HL7.01.01
  Scénario: Un document d'un autre patient que celui du message est refusé
    Quand le DPI envoie à la PFI un message fautif, patient qui n'est pas celui du document
    Alors la PFI refuse le message

  @CDA/HL7.01.01
  Scénario: Un document caché à la patiente ne lui est pas envoyé
    Quand le DPI confie à la PFI un document caché à la patiente et destiné à sa messagerie
    Alors la PFI n'envoie rien à la patiente

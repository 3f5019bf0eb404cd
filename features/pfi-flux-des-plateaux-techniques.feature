# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI relaie les documents des plateaux techniques
  Les comptes rendus d'imagerie et de biologie arrivent à la PFI, qui les transmet au DMP et par MSSanté sans perdre ce
  qui dit à qui ils sont cachés.

  @INTRA/va1.01.01
  Plan du scénario: Un compte rendu d'imagerie garde ses restrictions
    Quand le service d'imagerie confie à la PFI son compte rendu caché à des professionnels, par un message <forme>
    Alors la PFI accepte le message
    Et la PFI détient ce document une seule fois
    Et la PFI garde ce document caché à des professionnels
    Et le DMP reçoit ce document de la PFI
    Et cette alimentation dit ce que disent le document et la demande

    Exemples:
      | forme |
      | MDM   |
      | ORU   |

  @INTRA/va1.01.01
  Scénario: L'archive envoyée dit que le compte rendu d'imagerie est caché à la patiente
    Quand le service d'imagerie confie à la PFI son compte rendu caché à la patiente et destiné à un professionnel
    Alors la PFI accepte le message
    Et le professionnel reçoit un courriel de la PFI
    Et le courriel envoyé dit le document caché à la patiente
    Et le PDF joint au courriel est celui du document

  @INTRA/va1.02.01
  Plan du scénario: Un compte rendu de biologie garde ses restrictions et la connexion secrète
    Quand le laboratoire confie à la PFI son compte rendu <niveau> demandé en connexion secrète
    Alors la PFI accepte le message
    Et la PFI détient ce document une seule fois
    Et la PFI garde ce document en connexion secrète
    Et le DMP reçoit ce document de la PFI
    Et cette alimentation dit ce que disent le document et la demande
    Et le DMP détient ce document une seule fois

    Exemples:
      | niveau         |
      | structuré      |
      | non structuré  |

  @INTRA/va1.02.01
  Scénario: L'archive envoyée dit que le compte rendu de biologie est caché à la patiente
    Quand le laboratoire confie à la PFI son compte rendu caché à la patiente et destiné à un professionnel
    Alors la PFI accepte le message
    Et le professionnel reçoit un courriel de la PFI
    Et le courriel envoyé dit le document caché à la patiente
    Et le PDF joint au courriel est celui du document

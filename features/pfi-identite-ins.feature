# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI reçoit l'identité nationale de santé
  Chaque document confié à la PFI arrive avec l'identité du patient. La PFI garde l'INS d'une identité validée, et
  écarte celle d'une identité qui ne l'est pas sans perdre le document.

  @INS/va1.16.01
  Scénario: L'INS d'une identité validée est gardée
    Quand le DPI confie à la PFI un document nouveau, par un message MDM
    Alors la PFI accepte le message
    Et la PFI détient l'INS de la patiente avec ce document

  @INS/va1.16.01
  Scénario: L'INS d'une identité non validée est écartée, le document est gardé
    Quand le DPI confie à la PFI un document dont l'identité est provisoire
    Alors la PFI accepte le message
    Et la PFI détient ce document une seule fois
    Mais la PFI ne détient aucune INS avec ce document

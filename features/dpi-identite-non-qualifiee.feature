# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI n'intègre rien de lui-même au dossier d'une identité non qualifiée
  Tant que l'établissement n'a pas qualifié l'identité de sa patiente, un document reçu attend qu'une personne décide.

  Contexte:
    Étant donné la patiente "Dominique PAT-TROIS" connue du DPI sans INS

  @SEED.MSS.2.01
  Scénario: L'identité n'est pas qualifiée dans l'établissement
    Quand la PFI remet au DPI un document de cette patiente
    Alors le document n'est pas entré au dossier de la patiente, les identités n'étant pas égales
    Et la liste de travail montre un document nouveau et en dit la raison

  @MSS/UX.02.01
  Scénario: La patiente dont l'identité n'est pas qualifiée est proposée d'après ses traits
    Quand la PFI remet au DPI un document de cette patiente
    Alors la liste de travail propose la patiente

# language: fr
@HOP-DPI-Va2
Fonctionnalité: Le DPI dit à qui un document est caché dans le DMP
  Un document peut être masqué aux professionnels, ou rester invisible à la patiente ou à ses représentants légaux. Le
  réglage du type, ou le choix de l'utilisateur, accompagne le document jusqu'au DMP, et ses versions après lui.

  Contexte:
    Étant donné une PFI qui accepte tous les messages
    Et la patiente "Dominique PAT-TROIS" connue du DPI avec son INS

  @DMP/va1.04.01
  Plan du scénario: Le réglage d'un type accompagne les documents qui partent d'eux-mêmes
    Étant donné les documents "compte rendu opératoire" partent d'eux-mêmes, chacun <restriction>
    Quand l'utilisateur valide un document "compte rendu opératoire"
    Alors ce document part de lui-même vers le DMP
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce message dit le document <restriction>, et rien d'autre

    Exemples:
      | restriction                          |
      | masqué aux professionnels            |
      | invisible à la patiente              |
      | invisible à ses représentants légaux |

  @DMP/va1.04.01
  Plan du scénario: L'utilisateur choisit à qui un document est caché
    Étant donné un document "compte rendu opératoire" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP <choix>
    Alors la PFI reçoit un message de publication
    Et ce message dit le document <restriction>, et rien d'autre

    Exemples:
      | choix                                         | restriction                          |
      | en le masquant aux professionnels             | masqué aux professionnels            |
      | sans le montrer à la patiente                 | invisible à la patiente              |
      | sans le montrer à ses représentants légaux    | invisible à ses représentants légaux |

  @DMP/va1.04.01
  Scénario: Le choix de l'utilisateur l'emporte sur le réglage du type
    Étant donné les documents "compte rendu opératoire" partent après un délai, chacun masqué aux professionnels
    Et un document "compte rendu opératoire" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP
    Alors la PFI reçoit un message de publication
    Et ce message ne dit aucune restriction

  @DMP/va1.04.01
  Scénario: La nouvelle version d'un document masqué reste masquée
    Étant donné un document "compte rendu opératoire" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP en le masquant aux professionnels
    Et l'utilisateur remplace le document par une version corrigée
    Alors la PFI reçoit un message de remplacement
    Et ce message garde le document masqué aux professionnels

  @DMP/va1.04.01
  Scénario: Un document n'est pas caché à la fois à la patiente et aux professionnels
    Étant donné un document "compte rendu opératoire" validé dans le DPI
    Quand l'utilisateur tente de transmettre le document au DMP en le cachant à la patiente et aux professionnels
    Alors le DPI refuse ce cumul et dit pourquoi
    Et la PFI ne reçoit aucun message qui demande l'alimentation du DMP

  @SEED.DMP.ALIM.12.01
  Scénario: Un document sensible devient visible à la patiente par une nouvelle version
    Étant donné un document "compte rendu opératoire" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP sans le montrer à la patiente
    Et l'utilisateur rend le document visible à la patiente, une fois informée
    Alors la PFI reçoit un message de remplacement
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce message annonce un changement de visibilité, par une nouvelle version
    Et ce message ne dit aucune restriction

  @SEED.DMP.ALIM.12.01
  Scénario: Un document sensible ne devient pas visible à une patiente qui n'en est pas informée
    Étant donné un document "compte rendu opératoire" validé dans le DPI
    Quand l'utilisateur transmet le document au DMP sans le montrer à la patiente
    Et l'utilisateur rend le document visible à la patiente, sans l'avoir informée
    Alors le DPI refuse, la patiente n'étant pas informée

package standards

import (
	"bytes"
	_ "embed"
)

//go:embed radio_thresholds.yaml
var radioThresholds []byte

//go:embed radio_defaults.yaml
var radioDefaults []byte

// RadioThresholds is the file that says when a place counts as covered by 5G, for
// the radio analysis.
func RadioThresholds() []byte { return bytes.Clone(radioThresholds) }

// RadioDefaults is the file of what may stand in for missing attributes of cells
// and buildings, for the radio analysis.
func RadioDefaults() []byte { return bytes.Clone(radioDefaults) }

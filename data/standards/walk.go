package standards

import _ "embed"

//go:embed walk_profiles.yaml
var walkProfiles []byte

//go:embed walk_presets.yaml
var walkPresets []byte

// WalkProfiles is the YAML of the ways of walking: a list `profiles`, each entry
// with the fields of a walk profile. The bytes are a copy.
func WalkProfiles() []byte { return append([]byte(nil), walkProfiles...) }

// WalkPresets is the YAML of the questions about reach on foot that are often
// asked: a list `presets`. The bytes are a copy.
func WalkPresets() []byte { return append([]byte(nil), walkPresets...) }

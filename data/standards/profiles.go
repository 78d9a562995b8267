package standards

import (
	"bytes"
	_ "embed"
)

//go:embed shandong-smart-community/basic.yaml
var shandongBasic []byte

//go:embed shandong-smart-community/growth.yaml
var shandongGrowth []byte

//go:embed shandong-smart-community/benchmark.yaml
var shandongBenchmark []byte

//go:embed yantai-beautiful-community/indicators.yaml
var yantai []byte

// ProfileFile is a file that holds a standard, at one tier or several.
type ProfileFile struct {
	// Name is <standard>/<file>.yaml.
	Name string
	Text []byte
}

// ProfileFiles lists the standards that come with the product, in the order in which
// a person would read them: the lower tier first. The texts are copies.
func ProfileFiles() []ProfileFile {
	return []ProfileFile{
		{"shandong-smart-community/basic.yaml", bytes.Clone(shandongBasic)},
		{"shandong-smart-community/growth.yaml", bytes.Clone(shandongGrowth)},
		{"shandong-smart-community/benchmark.yaml", bytes.Clone(shandongBenchmark)},
		{"yantai-beautiful-community/indicators.yaml", bytes.Clone(yantai)},
	}
}

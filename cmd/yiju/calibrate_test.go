package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yiju/analysis/radio"
	"yiju/geo"
)

// What is written with --out is what --calibration reads.
func TestCalibrationFileIsReadAgain(t *testing.T) {
	share, none := 0.123, 0.0
	want := radio.Calibration{ID: "measured", Title: geo.T("按实测校准", "calibrated"), Source: geo.T("甲：乙；'丙'", "a: b; \"c\""),
		Bands: map[string]radio.BandCalibration{
			"n41": {
				LOS:    radio.ClassCalibration{Loss: &radio.DistanceLaw{At100DB: 107.83, PerDecadeDB: 10.8}, PatternShare: &share, PatternFade: 0.2, TiltShare: &none, TiltSpread: 3, PowerShare: &none, PowerdBm: 9.2, BlockersDB: 10.4, BuiltDB: 9.8, CellBuiltDB: -7.7, SigmaDB: 7.5},
				NLOS:   radio.ClassCalibration{OffsetDB: -3, SlopeDB: 2, SigmaDB: 8.3},
				Indoor: radio.ClassCalibration{EntryShare: &none},
			},
			"": {},
		}}
	var b strings.Builder
	if err := encodeCalibration(&b, &want); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "calibration.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readCalibration(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, got); diff != "" {
		t.Error(diff)
	}
}

package radio

import (
	"math"
	"testing"

	"yiju/analysis/radio/link"
)

func TestCalibrationThatSaysNothingChangesNothing(t *testing.T) {
	at := Circumstances{Distance3DM: 321, PathLossDB: 104, SideDB: 17, UpWidths: 0.7, EPREdBm: 12, EntryDB: 20, LogBlockers: 0.6, BuiltShare: 0.4, CellBuiltShare: 0.2}
	one := 1.0
	for _, c := range []ClassCalibration{
		{}, {SigmaDB: 8}, {PatternShare: &one, TiltShare: &one, TiltSpread: 1, PowerShare: &one, PowerdBm: 3, EntryShare: &one},
	} {
		if got := c.ChangeDB(&at); got != 0 {
			t.Errorf("%+v changes %g dB", c, got)
		}
	}
	b := BandCalibration{}
	if got := b.ChangeDB(NLOS, true, &at); got != 0 {
		t.Errorf("an empty calibration of a band changes %g dB", got)
	}
}

// Every term by hand.
func TestCalibrationTerms(t *testing.T) {
	share := func(v float64) *float64 { return &v }
	at := Circumstances{Distance3DM: 1000, PathLossDB: 120, SideDB: 20, UpWidths: 1, EPREdBm: 15, EntryDB: 12, LogBlockers: math.Log10(1 + 9), BuiltShare: 0.5, CellBuiltShare: 0.25}
	for _, c := range []struct {
		name string
		c    ClassCalibration
		want float64
	}{
		{"offset", ClassCalibration{OffsetDB: -3}, -3},
		{"slope: a decade beyond 100 m", ClassCalibration{SlopeDB: 7}, 7},
		{"law: 100 + 30 for 120", ClassCalibration{Loss: &DistanceLaw{100, 30}}, -10},
		{"pattern: 30 nominal, half of 20 + half of 12", ClassCalibration{PatternShare: share(0.5)}, 30 - 16},
		{"pattern fades", ClassCalibration{PatternShare: share(0.5), PatternFade: 0.2}, 30 - (0.3*20 + 0.5*12)},
		{"pattern fades away", ClassCalibration{PatternShare: share(0.5), PatternFade: 0.9, TiltShare: share(0)}, 30},
		{"beam twice as wide: 3 for 12", ClassCalibration{TiltSpread: 2}, 30 - 23},
		{"power: 10 above 5 does not count", ClassCalibration{PowerShare: share(0), PowerdBm: 5}, -10},
		{"walls: a quarter of 12", ClassCalibration{EntryShare: share(0.25)}, 9},
		{"nine buildings", ClassCalibration{BlockersDB: 8}, -8},
		{"surroundings", ClassCalibration{BuiltDB: 10, CellBuiltDB: -4}, -5 + 1},
	} {
		if got := c.c.ChangeDB(&at); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %g dB, want %g", c.name, got, c.want)
		}
	}
	if link.DownDB(1) != 12 {
		t.Error("DownDB")
	}
	// Indoors is added to how the path runs; a band without figures of its own takes
	// those of the others, and none where there are none.
	cal := Calibration{Bands: map[string]BandCalibration{
		"": {LOS: ClassCalibration{OffsetDB: 1}, NLOS: ClassCalibration{OffsetDB: 2}, Indoor: ClassCalibration{OffsetDB: 10}}, "n41": {},
	}}
	if b := cal.Of("n78"); b.ChangeDB(LOS, false, &at) != 1 || b.ChangeDB(NLOS, false, &at) != 2 || b.ChangeDB(NLOS, true, &at) != 12 {
		t.Error("paths and indoors do not add up")
	}
	delete(cal.Bands, "")
	if cal.Of("n78") != nil || cal.Of("n41") == nil || (*Calibration)(nil).Of("n41") != nil {
		t.Error("bands")
	}
}

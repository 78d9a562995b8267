package radio

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"yiju/analysis"
)

// The scales of a run tell what runs with other thresholds find, to the last pixel.
func TestScaleIsWhatOtherThresholdsGive(t *testing.T) {
	two := 2.0
	for _, c := range []struct {
		name string
		p    Params
	}{
		{"level alone", Params{Thresholds: Thresholds{RSRPdBm: -70}}},
		{"level and ratio", Params{Thresholds: Thresholds{RSRPdBm: -70, SINRdB: &two}, LoadShare: number(0.5)}},
		{"probability", Params{Thresholds: Thresholds{RSRPdBm: -75, SINRdB: &two, Probability: number(0.9)}}},
		{"edges", Params{Blocked: KnifeEdge, Thresholds: Thresholds{RSRPdBm: -60}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			town := randomTown(31, 200, 25, 2)
			town.cell(town.scene.Community.Geometry.Bound().Center(), 20, 10, "operator", "A", "freq_mhz", 800.0, "band", "n28")
			c.p.ResM = 4
			run := func(p Params) []analysis.Value {
				t.Helper()
				got, err := town.model(t, p).Result(&town.scene)
				if err != nil {
					t.Fatal(err)
				}
				return got.Values
			}
			whole := run(c.p)
			seen := make(map[float64]bool)
			for _, at := range []float64{-mostSpareDB, -20, -7.5, -3, -0.5, 0, 0.5, 2, 6, 13.5, mostSpareDB} {
				p := c.p
				p.Thresholds.RSRPdBm += at
				other := run(p)
				for k, id := range []string{"radio_covered_share", "radio_outdoor_share"} {
					v := whole[k]
					i := slices.IndexFunc(v.Scale.Steps, func(s analysis.Step) bool { return s.At == at })
					if v.ID != id || other[k].ID != id || i < 0 {
						t.Fatalf("%s: value %s has no step at %g", id, v.ID, at)
					}
					if got, want := v.Scale.Steps[i].Value, *other[k].Value; got != want {
						t.Errorf("%s at %+g dB: %g, a run finds %g", id, at, got, want)
					}
					seen[v.Scale.Steps[i].Value] = true
				}
				if at == 0 && *whole[0].Value != *other[0].Value {
					t.Error("the step at 0 is not the value")
				}
			}
			if len(seen) < 8 {
				t.Errorf("the town tells few values apart: %v", seen)
			}
			steps := whole[0].Scale.Steps
			for i := 1; i < len(steps); i++ {
				if steps[i].At <= steps[i-1].At || steps[i].Value > steps[i-1].Value {
					t.Fatalf("step %v follows %v", steps[i], steps[i-1])
				}
			}
		})
	}
}

// The quick count of offsets against going through all of them.
func TestSpareOf(t *testing.T) {
	slow := func(margin float64) (n uint8) {
		for _, times := range spareTimes {
			if margin >= times {
				n++
			}
		}
		return n
	}
	rng := rand.New(rand.NewPCG(1, 1))
	try := []float64{0, 1e-300, 5e-324, 1, math.Nextafter(1, 0), math.Nextafter(1, 2), 1e300, math.Inf(1)}
	for _, times := range spareTimes {
		try = append(try, times, math.Nextafter(times, 0), math.Nextafter(times, math.Inf(1)))
	}
	for range 10_000 {
		try = append(try, math.Pow(10, 12*rng.Float64()-6))
	}
	for _, margin := range try {
		if got, want := spareOf(margin), slow(margin); got != want {
			t.Fatalf("a margin of %g reaches %d offsets, want %d", margin, got, want)
		}
	}
	if slow(1) != uint8(mostSpareDB/spareStepDB)+1 {
		t.Error("a margin of 1 does not end at offset 0")
	}
}

// A prediction that tells no margins has no scale.
func TestNoScaleWithoutMargins(t *testing.T) {
	for _, v := range mustResult(t, tenMetres(), nil).Values {
		if v.Scale != nil {
			t.Errorf("%s has a scale", v.ID)
		}
	}
}

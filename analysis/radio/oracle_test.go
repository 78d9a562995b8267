package radio

import (
	"math"
	"testing"

	"yiju/analysis"
)

// slowPowers computes a cell at the pixels of a canvas, in mW; negative where the path is
// blocked, 0 outside the community and beyond reach.
func (m *Model) slowPowers(t *transmitter, cv *canvas, out []float32) {
	for k := range out {
		out[k] = 0
		if cv.kind[k] == Outside {
			continue
		}
		s := cv.receiver(k%cv.grid.Cols, k/cv.grid.Cols)
		l := m.budget(t, &s)
		if l.DistanceM > m.params.ReachM {
			continue
		}
		out[k] = float32(milliwatts(l.RSRPdBm))
		if l.Path == NLOS {
			out[k] = -out[k]
		}
	}
}

// agree compares levels cell by cell and pixel by pixel and returns the share that is
// within tolerance, in dB.
func agree(tb testing.TB, m *Model, tolerance float64) (share float64, compared int) {
	tb.Helper()
	cols, rows := m.grid.tiles()
	bad, n := 0, 0
	var w work
	slow := make([]float32, TileSide*TileSide)
	for k := range cols * rows {
		m.paint(&w.canvas, k%cols, k/cols, nil)
		w.powers = resize(w.powers, len(w.canvas.kind))
		slow = slow[:len(w.canvas.kind)]
		for i, t := range m.transmitters {
			m.powers(t, &w, w.powers, nil)
			m.slowPowers(t, &w.canvas, slow)
			for px, want := range slow {
				got := w.powers[px]
				if want == 0 && got == 0 {
					continue
				}
				n++
				diff := 10 * math.Abs(math.Log10(math.Abs(float64(got)))-math.Log10(math.Abs(float64(want))))
				if !(diff <= tolerance) || (got < 0) != (want < 0) {
					if bad++; bad <= 5 {
						tb.Logf("cell %d at %v: %g, want %g", i, w.canvas.grid.At(px%w.canvas.grid.Cols, px/w.canvas.grid.Cols), got, want)
					}
				}
			}
		}
	}
	return 1 - float64(bad)/float64(max(n, 1)), n
}

func TestFastAsSlow(t *testing.T) {
	for _, c := range []struct {
		name    string
		terrain analysis.Terrain
		p       Params
	}{
		{"flat", nil, Params{}},
		{"flat, high loss", nil, Params{Entry: HighLoss, ReceiverM: 2}},
		{"hills", hilly{8, 90}, Params{}},
		{"mountains", hilly{60, 120}, Params{ReachM: 400}},
		{"edges", nil, Params{Blocked: KnifeEdge}},
		{"edges in hills", hilly{20, 100}, Params{Blocked: KnifeEdge}},
		{"calibrated", hilly{8, 90}, Params{Calibration: strange()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(2) {
				town := randomTown(seed, 260, 40, 2)
				town.scene.Terrain = c.terrain
				c.p.Thresholds.RSRPdBm = -90
				m := town.model(t, c.p)
				share, n := agree(t, m, 0.01)
				t.Logf("seed %d: %.5f of %d", seed, share, n)
				if share < 0.9999 {
					t.Errorf("seed %d: %.5f of %d pixels agree", seed, share, n)
				}
			}
		})
	}
}

// strange is a calibration that asks for everything.
func strange() *Calibration {
	class := func(x float64) ClassCalibration {
		return ClassCalibration{
			OffsetDB: -3 + x, SlopeDB: 2 * x, PatternShare: number(0.4), PatternFade: 0.3, TiltShare: number(0.7), TiltSpread: 2, PowerShare: number(0.5), PowerdBm: 10,
			EntryShare: number(0.6), BlockersDB: 5, BuiltDB: 4 * x, CellBuiltDB: -6, SigmaDB: 7,
		}
	}
	b := BandCalibration{LOS: class(1), NLOS: class(1.5), Indoor: class(0.2)}
	b.NLOS.Loss = &DistanceLaw{At100DB: 100, PerDecadeDB: 33}
	return &Calibration{Bands: map[string]BandCalibration{"": b}}
}

package link

import (
	"fmt"
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.5f, want %.5f ± %g", what, got, want, tolerance)
	}
}

// lossAt is the loss at a distance in plan.
func lossAt(s Scenario, free bool, d2, base, phone, f float64) float64 {
	l := s.Losses(base, phone, f)
	d3 := math.Hypot(d2, base-phone)
	if free {
		return l.LOS(d2, d3)
	}
	return l.NLOS(d2, d3)
}

// The values that the test suite of ns-3 gives (three-gpp-propagation-loss-model),
// at 5 GHz and a phone at 1.5 m.
func TestLossAsNS3(t *testing.T) {
	distances := []float64{10, 100, 1000, 5000}
	for _, c := range []struct {
		s    Scenario
		free bool
		base float64
		want []float64
	}{
		{UMa, true, 25, []float64{72.9380, 86.2362, 109.7252, 137.6794}},
		{UMa, false, 25, []float64{82.5131, 106.1356, 144.7641, 172.0753}},
		{UMi, true, 10, []float64{69.8591, 88.4122, 119.3114, 147.2696}},
		{UMi, false, 10, []float64{76.7563, 107.9432, 143.1886, 167.8617}},
	} {
		for i, d := range distances {
			near(t, fmt.Sprint(c.s, " free ", c.free, " at ", d), lossAt(c.s, c.free, d, c.base, 1.5, 5), c.want[i], 1e-4)
		}
	}
}

// Values worked out by hand from the formulas for the bands in use.
func TestLossOfBands(t *testing.T) {
	for _, c := range []struct{ f, breakUMa, breakUMi, los200, nlos200, los500, nlos500 float64 }{
		{3.5, 560, 210, 89.57, 114.46, 98.27, 129.92},
		{2.6, 416, 156, 86.99, 111.88, 97.12, 127.33},
		{2.1, 336, 126, 85.13, 110.02, 96.93, 125.48},
		{0.758, 121.3, 45.5, 80.10, 101.17, 95.92, 116.63},
	} {
		near(t, "break UMa", BreakM(25, 1.5, c.f), c.breakUMa, 0.05)
		near(t, "break UMi", BreakM(10, 1.5, c.f), c.breakUMi, 0.05)
		near(t, "LOS 200", lossAt(UMa, true, 200, 25, 1.5, c.f), c.los200, 0.006)
		near(t, "NLOS 200", lossAt(UMa, false, 200, 25, 1.5, c.f), c.nlos200, 0.006)
		near(t, "LOS 500", lossAt(UMa, true, 500, 25, 1.5, c.f), c.los500, 0.006)
		near(t, "NLOS 500", lossAt(UMa, false, 500, 25, 1.5, c.f), c.nlos500, 0.006)
	}
	// SHARC, test_propagation_uma: 30 GHz, phone at 3 m.
	for i, base := range []float64{15, 20, 25, 30} {
		near(t, "break at 30 GHz", BreakM(base, 3, 30), []float64{11200, 15200, 19200, 23200}[i], 1e-6)
	}
}

// A blocked path never loses less than a free one, and a longer path of the same
// kind never less than a shorter one.
func TestLossIsMonotone(t *testing.T) {
	for _, s := range []Scenario{UMa, UMi} {
		for _, f := range []float64{0.7, 2.1, 3.5, 4.9, 28} {
			for _, base := range []float64{1.5, 4, 10, 25, 80, 300} {
				before := map[bool]float64{}
				for d := 1.0; d < 6000; d *= 1.07 {
					los, nlos := lossAt(s, true, d, base, 1.5, f), lossAt(s, false, d, base, 1.5, f)
					if nlos < los {
						t.Fatalf("%v %g GHz %g m: NLOS %g below LOS %g at %g m", s, f, base, nlos, los, d)
					}
					// The two lines of TR 38.901 meet at the break point but for rounding.
					const step = 1e-9
					if los < before[true]-step || nlos < before[false]-step {
						t.Fatalf("%v %g GHz %g m: less loss at %g m", s, f, base, d)
					}
					before[true], before[false] = los, nlos
				}
			}
		}
	}
}

func TestPower(t *testing.T) {
	for _, c := range []struct {
		watts float64
		n     int
		want  float64
	}{{200, 273, 17.86}, {240, 273, 18.65}, {320, 273, 19.90}, {240, 160, 20.97}, {80, 106, 17.99}} {
		near(t, fmt.Sprint("EPRE ", c.watts, " W"), EPREdBm(DBm(c.watts), c.n), c.want, 0.006)
	}
	for _, c := range []struct{ scs, figure, want float64 }{
		{30, 0, -129.23}, {15, 0, -132.24}, {30, 9, -120.23}, {15, 9, -123.24}, {98_280, 0, -94.08}, // the last: 273 blocks of 30 kHz
	} {
		near(t, "noise", NoiseDBm(c.scs, c.figure), c.want, 0.006)
	}
	for _, c := range []struct {
		scs, mhz float64
		want     int
	}{{15, 20, 106}, {15, 30, 160}, {15, 40, 216}, {15, 50, 270}, {30, 100, 273}, {60, 100, 135}, {120, 400, 264}, {15, 100, 0}, {30, 33, 0}} {
		if n, ok := Blocks(c.scs, c.mhz); n != c.want || ok != (c.want > 0) {
			t.Errorf("%g kHz, %g MHz: %d blocks, want %d", c.scs, c.mhz, n, c.want)
		}
	}
	// No carrier is wider than its channel, and none leaves more than a fifth (above
	// the narrowest channels, 27 %) empty.
	for _, c := range blocks {
		used := float64(c.blocks) * 12 * c.scsKHz / 1e3
		if used >= c.bandwidthMHz || used < 0.73*c.bandwidthMHz {
			t.Errorf("%g kHz, %g MHz: %d blocks fill %g MHz", c.scsKHz, c.bandwidthMHz, c.blocks, used)
		}
	}
	// One interferer as strong as the signal and no noise: 0 dB; half the time: 3 dB.
	near(t, "SINR", SINRdB(1e-9, 1e-9, 1, 0), 0, 1e-12)
	near(t, "SINR", SINRdB(1e-9, 1e-9, 0.5, 0), 3.0103, 1e-4)
}

func TestEdge(t *testing.T) {
	for v, want := range map[float64]float64{0: 6.033, 0.5: 10.288, 1: 13.926, 2: 19.043, 2.4: 20.539, 5: 26.814, -0.78: 0, -2: 0} {
		near(t, fmt.Sprint("J ", v), EdgeDB(v), want, 0.0006)
	}
	near(t, "continuous", EdgeDB(-0.7799), 0, 0.02)
	// v = h·sqrt(2(d1+d2)/(λ·d1·d2)): 1 GHz, λ 0.3 m, 5 m half-way on 200 m.
	near(t, "v", EdgeV(5, 100, 100, 1), 5*math.Sqrt(400/(0.3*1e4)), 1e-12)
	near(t, "Fresnel", FresnelM(100, 100, 1), math.Sqrt(15), 1e-12)
}

func TestEntry(t *testing.T) {
	for _, c := range []struct{ f, low, high float64 }{
		{0.7, 10.24, 17.75}, {2.1, 11.91, 22.76}, {2.6, 12.26, 24.36}, {3.5, 12.70, 26.85},
	} {
		near(t, "low", EntryLowDB(c.f), c.low, 0.006)
		near(t, "high", EntryHighDB(c.f), c.high, 0.006)
	}
	near(t, "σ low", SigmaEntryDB(false), 8.268, 0.001)
	near(t, "σ high", SigmaEntryDB(true), 9.552, 0.001)
}

func TestBeam(t *testing.T) {
	element := Beam{65, 65} // table 7.3-1
	for _, c := range []struct {
		b             Beam
		off, up, want float64
	}{
		{element, 0, 0, 0}, {element, 65, 0, 12}, {element, 32.5, 0, 3}, {element, -32.5, 0, 3}, {element, 102.8, 0, 30},
		{element, 180, 0, 30}, {element, 0, 32.5, 3}, {element, 0, -65, 12}, {element, 65, 65, 24}, {element, 90, 90, 30},
		// SHARC, test_antenna_element_imt: widths 80° and 60°, 5 dBi.
		{Beam{80, 60}, 120, 0, 27}, {Beam{80, 60}, 150, 0, 30}, {Beam{80, 60}, 80, -60, 5 - -19},
		// Half of the width is 3 dB down, whatever the width.
		{Beam{33, 7}, 16.5, 0, 3}, {Beam{33, 7}, 0, 3.5, 3}, {Beam{120, 7}, 60, 3.5, 6},
		{Beam{360, 10}, 180, 5, 3},
	} {
		near(t, fmt.Sprintf("%v at %g, %g", c.b, c.off, c.up), c.b.LossDB(c.off, c.up), c.want, 0.011)
	}
}

// towards is a direction by azimuth and angle above the horizon.
func towards(azimuth, up float64) (x, y, z float64) {
	s, c := math.Sincos(azimuth * math.Pi / 180)
	su, cu := math.Sincos(up * math.Pi / 180)
	return s * cu, c * cu, su
}

func TestAntennaPoints(t *testing.T) {
	loss := func(a Antenna, azimuth, up float64) float64 {
		x, y, z := towards(azimuth, up)
		return a.LossDB(1000*x, 1000*y, 1000*z)
	}
	b := Beam{65, 10}
	tilted := NewAntenna(b, 120, 8)
	near(t, "axis", loss(tilted, 120, -8), 0, 1e-9)
	near(t, "above the axis", loss(tilted, 120, -3), 3, 1e-9)
	near(t, "straight to the side the tilt does nothing", loss(tilted, 120+90, 0), 12*90*90/(65.0*65), 1e-9)
	near(t, "behind it rises", loss(NewAntenna(Beam{300, 10}, 0, 8), 180, 8), 12*180*180/(300.0*300), 1e-9)
	// Turning antenna and direction together changes nothing, mirroring neither.
	for turn := 0.0; turn < 360; turn += 37 {
		a, turned, mirrored := NewAntenna(b, 20, 6), NewAntenna(b, 20+turn, 6), NewAntenna(b, -20, 6)
		for off := -180.0; off <= 180; off += 13 {
			want := loss(a, 20+off, -4)
			near(t, "turned", loss(turned, 20+turn+off, -4), want, 1e-9)
			near(t, "mirrored", loss(mirrored, -20-off, -4), want, 1e-9)
		}
	}
	round := NewAntenna(Beam{360, 10}, 0, 5)
	for azimuth := 0.0; azimuth < 360; azimuth += 30 {
		near(t, "all round", loss(round, azimuth, -5), 0, 1e-9)
		near(t, "all round", loss(round, azimuth, 0), 3, 1e-9)
	}
	// Quarter turns are exact.
	for i, want := range [][2]float64{{0, 1}, {1, 0}, {0, -1}, {-1, 0}} {
		a := NewAntenna(b, float64(90*i), 0)
		if a.SinAzimuth != want[0] || a.CosAzimuth != want[1] {
			t.Errorf("%d°: %v %v", 90*i, a.SinAzimuth, a.CosAzimuth)
		}
	}
}

func TestQ(t *testing.T) {
	for x, want := range map[float64]float64{0: 0.5, 1: 0.158655, 1.644854: 0.05, -1.281552: 0.9} {
		near(t, "Q", Q(x), want, 1e-6)
	}
}

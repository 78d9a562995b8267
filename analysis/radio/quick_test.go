package radio

import (
	"math"
	"math/rand/v2"
	"testing"

	"yiju/analysis/radio/link"
)

func TestQuick(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200_000 {
		x := math.Exp(rng.Float64()*40 - 5)
		if d := math.Abs(quickLog2(x) - math.Log2(x)); d > 3e-6 {
			t.Fatalf("log2 %g is off by %g", x, d)
		}
		y := rng.Float64()*200 - 100
		if d := math.Abs(quickExp2(y)/math.Exp2(y) - 1); d > 1e-6 {
			t.Fatalf("2^%g is off by %g", y, d)
		}
		a := rng.Float64()
		if d := math.Abs(quickAtan(a) - math.Atan(a)); d > 4e-7 {
			t.Fatalf("atan %g is off by %g", a, d)
		}
		u, v := rng.NormFloat64(), math.Abs(rng.NormFloat64())
		if d := math.Abs(quickAngle(v, u) - math.Atan2(v, u)); d > 4e-7 {
			t.Fatalf("angle %g %g is off by %g", u, v, d)
		}
		if q := rng.NormFloat64() * 4; math.Abs(quickQ(q)-link.Q(q)) > 2e-6 {
			t.Fatalf("Q %g is off by %g", q, quickQ(q)-link.Q(q))
		}
		v2 := float32(rng.ExpFloat64() * 10)
		if d := math.Abs(quickEdgeDB(v2) - link.EdgeDB(math.Sqrt(float64(v2)))); d > 1e-4 {
			t.Fatalf("edge %g is off by %g", v2, d)
		}
	}
	for _, x := range []float64{0, 1, 1e-9} {
		if d := math.Abs(quickAtan(x) - math.Atan(x)); d > 4e-7 {
			t.Errorf("atan %g is off by %g", x, d)
		}
	}
	if quickExp2(-1e9) < 0 || math.IsInf(quickExp2(1e9), 0) {
		t.Error("2^x leaves its bounds")
	}
}

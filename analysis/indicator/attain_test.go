package indicator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestAttainable(t *testing.T) {
	tests := []struct {
		n        int
		percent  float64
		decimals int
		want     bool
	}{
		{2, 80, 0, false}, {2, 50, 0, true}, {2, 0, 0, true}, {2, 100, 0, true}, {2, 101, 0, false},
		{3, 67, 0, true}, {3, 66, 0, true}, {3, 66.7, 1, true}, {3, 66.6, 1, true}, {3, 66.5, 1, false}, {3, 65, 0, false},
		{109, 77.98, 2, true}, {109, 77.99, 2, true}, {109, 77.96, 2, false}, {109, 78, 0, true}, {109, 85.5, 1, false}, {110, 80, 0, true},
		{5, 80, 0, true}, {0, 80, 0, false}, {-1, 80, 0, false}, {1, 100, 0, true}, {1, 99, 0, false},
		{2, -10, 0, false}, {1000, 12.3, 1, true},
	}
	for _, test := range tests {
		if got := Attainable(test.n, test.percent, test.decimals); got != test.want {
			t.Errorf("Attainable(%d, %v, %d) = %t", test.n, test.percent, test.decimals, got)
		}
	}
}

// Every k of n, counted out with whole numbers alone: a stated share is attainable
// when 10^d × 100k ÷ n, a fraction, is less than one from the stated digits.
func TestAttainableBruteForce(t *testing.T) {
	for decimals, scale := range []int{1, 10, 100} {
		for n := 1; n <= 40; n++ {
			for stated := 0; stated <= 101*scale; stated += max(scale/10, 1) {
				want := false
				for k := 0; k <= n; k++ {
					off := 100*k*scale - stated*n // times n
					want = want || off < n && off > -n
				}
				if got := Attainable(n, float64(stated)/float64(scale), decimals); got != want {
					t.Fatalf("Attainable(%d, %d/%d) = %t, counting says %t", n, stated, scale, got, want)
				}
			}
		}
	}
}

func TestNeededBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		of, tenths := random.IntN(60), random.IntN(1100)-20
		for _, op := range []Operator{AtLeast, Above, AtMost, Below} {
			want, found := 0, false
			for k := 0; k <= of; k++ {
				meets := op.Holds(float64(1000*k), float64(tenths*of)) // whole numbers
				if meets && (!found || op == AtMost || op == Below) {
					want, found = k, true
				}
			}
			got, ok := Needed(op, float64(tenths)/10, of)
			if ok != found || ok && got != want {
				t.Fatalf("Needed(%s, %d/10, %d) = %d, %t; counting says %d, %t", op, tenths, of, got, ok, want, found)
			}
		}
	}
}

func ExampleNeeded() {
	lamps, _ := Needed(AtLeast, 80, 109)
	compounds, _ := Needed(AtLeast, 80, 2)
	fmt.Println(lamps, compounds)
	// Output: 88 2
}

func TestExactKeepsDecimals(t *testing.T) {
	for _, v := range []float64{77.7, 0.1, 80, 12.34} {
		if f, _ := exact(v).Float64(); math.Abs(f-v) > 0 {
			t.Errorf("%v became %v", v, f)
		}
	}
	// 77.7 % of 1000 is 777, whatever 77.7 is as a float.
	if k, ok := Needed(AtLeast, 77.7, 1000); k != 777 || !ok {
		t.Errorf("77.7 %% of 1000 needs %d, %t", k, ok)
	}
}

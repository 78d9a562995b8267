package survey

import (
	"math"
	"slices"
)

// system is a least-squares problem in the form of normal equations, A·x = b, with
// bounds on sums of unknowns.
type system struct {
	a      [][]float64
	b      []float64
	bounds []bound
}

// bound keeps Σ sum[i]·x[i] at or below most.
type bound struct {
	sum  []float64
	most float64
}

func newSystem(n int) *system {
	s := &system{a: make([][]float64, n), b: make([]float64, n)}
	for i := range s.a {
		s.a[i] = make([]float64, n)
	}
	return s
}

// add adds an equation row·x = y of some weight. Only the lower half of the matrix is
// kept.
func (s *system) add(row []float64, y, weight float64) {
	for i, v := range row {
		if v == 0 {
			continue
		}
		v *= weight
		s.b[i] += v * y
		a := s.a[i]
		for j := 0; j <= i; j++ {
			a[j] += v * row[j]
		}
	}
}

// ridge draws every unknown towards zero, by a share of what the data say of it, but
// for those that are free. Of an unknown that the data say nothing of, it says zero.
func (s *system) ridge(share float64, free ...int) {
	for i := range s.a {
		if !slices.Contains(free, i) {
			s.a[i][i] *= 1 + share
		}
		if s.a[i][i] < tiny {
			s.a[i][i] = 1
		}
	}
}

const (
	tiny = 1e-9
	// hold is how much harder a bound in force pulls than all data.
	hold = 1e6
	// rounds end the search for the bounds in force.
	rounds = 60
)

// solve finds the unknowns. Bounds that are broken come into force one at a time,
// the worst first; one that holds back nothing is let go.
func (s *system) solve() []float64 {
	inForce := make([]bool, len(s.bounds))
	var x []float64
	for range rounds {
		x = s.within(inForce)
		changed := false
		worst, most := -1, 1e-6
		for i, b := range s.bounds {
			over := -b.most
			for j, v := range b.sum {
				over += v * x[j]
			}
			if inForce[i] && over < -1e-9 {
				inForce[i], changed = false, true
			}
			if !inForce[i] && over > most {
				worst, most = i, over
			}
		}
		if worst >= 0 {
			inForce[worst], changed = true, true
		}
		if !changed {
			break
		}
	}
	return x
}

// energy is xᵀ·A·x − 2·bᵀ·x: with the sum of yᵀ·y, what the equations leave.
func (s *system) energy(x []float64) float64 {
	sum := 0.0
	for i := range x {
		for j := range i {
			sum += 2 * s.a[i][j] * x[i] * x[j]
		}
		sum += s.a[i][i]*x[i]*x[i] - 2*s.b[i]*x[i]
	}
	return sum
}

// within solves with the bounds in force as equations of great weight.
func (s *system) within(inForce []bool) []float64 {
	t := newSystem(len(s.b))
	scale := 0.0
	for i := range s.a {
		copy(t.a[i], s.a[i])
		scale = max(scale, s.a[i][i])
	}
	copy(t.b, s.b)
	for i, on := range inForce {
		if on {
			t.add(s.bounds[i].sum, s.bounds[i].most, hold*scale)
		}
	}
	return t.cholesky()
}

// cholesky solves the equations of a positive definite matrix.
func (s *system) cholesky() []float64 {
	n := len(s.b)
	l, x := s.a, s.b
	for i := range n {
		for j := 0; j <= i; j++ {
			sum := l[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(max(sum, tiny))
			} else {
				l[i][j] = sum / l[j][j]
			}
		}
	}
	for i := range n {
		for k := range i {
			x[i] -= l[i][k] * x[k]
		}
		x[i] /= l[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= l[k][i] * x[k]
		}
		x[i] /= l[i][i]
	}
	return x
}

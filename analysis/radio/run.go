package radio

import (
	"fmt"
	"runtime"
	"sync"

	"yiju/analysis"
)

// result turns a prediction into layers, values and notes.
func result(m predictor, scene *analysis.Scene) (analysis.Result, error) {
	r := newAnswer(m, scene)
	if r.known {
		if err := r.collect(); err != nil {
			return analysis.Result{}, fmt.Errorf("radio: %w", err)
		}
		if r.p.wants("spots") {
			r.explainSpots()
		}
	}
	r.tell()
	out := analysis.Result{Layers: r.layers(), Notes: r.notes.sorted()}
	if r.known {
		out.Values = r.values()
	} else {
		out.Values = r.unknownValues()
	}
	return out, nil
}

// explainSpots finds the reason of each spot, several at a time.
func (r *answer) explainSpots() {
	spots := r.spots.spots
	workers := min(runtime.GOMAXPROCS(0), len(spots))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(spots); i += workers {
				r.explain(&spots[i])
			}
		})
	}
	wg.Wait()
}

package audit

import (
	"testing"

	"yiju/analysis/indicator"
)

// A label with # says where its figure stands, with its unit or without.
func TestLabelsAroundFigures(t *testing.T) {
	for _, labels := range [][2]string{{"覆盖#处", "部位#处"}, {"覆盖#", "部位#"}, {"覆盖#", "关键部位#处"}} {
		r := &indicator.Requirement{Unit: "%", Reads: indicator.Reads{Numerator: []string{labels[0]}, Denominator: []string{labels[1]}}}
		got := listen("关键部位40处覆盖39处", []*indicator.Requirement{r})[0]
		if got.num == nil || got.den == nil || got.num.value != 39 || got.den.value != 40 {
			t.Errorf("%v: %+v of %+v, want 39 of 40", labels, got.num, got.den)
		}
	}
	r := &indicator.Requirement{Unit: "%", Reads: indicator.Reads{Numerator: []string{"覆盖#个"}}}
	if got := listen("关键部位40处覆盖39处", []*indicator.Requirement{r})[0]; got.num != nil {
		t.Errorf("another unit was taken: %+v", got.num)
	}
}

package pipeline

import (
	"fmt"
	"testing"

	"yiju/layers/scenario"
)

// However many scenarios are looked at, so many communities are followed and no more;
// one that was let go of says the same when it is asked again.
func TestFollowedCommunitiesAreBounded(t *testing.T) {
	Unwatched(t)
	s, _ := demoScenarios(t)
	request := LiveRequest{Profile: growthProfile}
	lamp := lampOf(t, s.base)
	var places []*Place
	var first []byte
	for i := range maxLives + 2 {
		p := openScenario(t, s, fmt.Sprint("scenario ", i), scenario.Edit{Layer: "devices", Op: scenario.Delete, ID: lamp})
		a, err := p.Live(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = asJSON(t, a.Values)
		}
		places = append(places, p)
	}
	followed := 0
	for _, p := range places {
		followed += len(p.lives)
	}
	if followed != maxLives || len(places[0].lives) != 0 {
		t.Errorf("%d followed, of the first scenario %d; want %d and 0", followed, len(places[0].lives), maxLives)
	}
	again, err := places[0].Live(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if got := asJSON(t, again.Values); string(got) != string(first) {
		t.Errorf("asked again: %s, before %s", got, first)
	}
}

package scenario_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/postgis"
	"yiju/layers/scenario"
)

// Editors of one scenario through stores of their own: nothing that was acknowledged is
// lost, and numbers are given once.
func TestEditorsAtOnce(t *testing.T) {
	for _, k := range kinds {
		if k.openAt == nil {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			each := map[string]int{"gpkg": 25, "postgis": 100}[k.name]
			store, address := k.opened(t)
			small(t, store)
			s := must[*scenario.Scenario](t)(scenario.NewBook(store).Create(t.Context(), scenario.New{Name: "共"}))
			got := map[int64]string{}
			var mu sync.Mutex
			var wg sync.WaitGroup
			for _, who := range []string{"甲", "乙"} {
				b := scenario.NewBook(k.openAt(t, address))
				wg.Go(func() {
					for i := range each {
						e := scenario.Edit{Layer: "cameras", Op: scenario.Add, Feature: &geo.Feature{ID: fmt.Sprintf("%s%d", who, i), Geometry: orb.Point{117, 36}}}
						_, seqs, err := b.Edit(context.Background(), s.ID, scenario.Order{Author: who, Steps: []scenario.Step{appended(e)}})
						if err != nil {
							t.Errorf("%s, edit %d: %v", who, i, err)
							return
						}
						mu.Lock()
						if taken := got[seqs[0]]; taken != "" {
							t.Errorf("number %d was given to %s and %s", seqs[0], taken, e.Feature.ID)
						}
						got[seqs[0]] = e.Feature.ID
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			now := must[*scenario.Scenario](t)(scenario.NewBook(store).Get(t.Context(), s.ID))
			if len(now.Edits) != 2*each || len(got) != 2*each || now.Next != int64(2*each+1) {
				t.Errorf("%d edits are there and %d were acknowledged; want %d", len(now.Edits), len(got), 2*each)
			}
			for _, e := range now.Edits {
				if got[e.Seq] != e.ID {
					t.Errorf("edit %d is of %s, acknowledged for %s", e.Seq, e.ID, got[e.Seq])
				}
			}
		})
	}
}

// Two who change the same feature at once, each having seen it as it was: one is done,
// the other is shown both sides.
func TestEditorsOfOneFeature(t *testing.T) {
	for _, k := range kinds {
		if k.openAt == nil {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			store, address := k.opened(t)
			base := small(t, store)
			s := must[*scenario.Scenario](t)(scenario.NewBook(store).Create(t.Context(), scenario.New{Name: "共"}))
			seen := int64(base)
			for round := range 5 {
				var conflicts []*layers.ConflictError
				var mu sync.Mutex
				var wg sync.WaitGroup
				won := ""
				for _, who := range []string{"甲", "乙"} {
					b := scenario.NewBook(k.openAt(t, address))
					wg.Go(func() {
						step := appended(scenario.Edit{Layer: "cameras", Op: scenario.Change, ID: "c1", Set: map[string]any{"name": who}})
						step.Seen = &seen
						_, _, err := b.Edit(context.Background(), s.ID, scenario.Order{Author: who, Steps: []scenario.Step{step}})
						mu.Lock()
						defer mu.Unlock()
						var conflict *layers.ConflictError
						switch {
						case err == nil:
							won = who
						case errors.As(err, &conflict):
							conflicts = append(conflicts, conflict)
						default:
							t.Error(err)
						}
					})
				}
				wg.Wait()
				if len(conflicts) != 1 || won == "" {
					t.Fatalf("round %d: %d conflicts; want one and one edit", round, len(conflicts))
				}
				c := conflicts[0].Conflicts[0]
				if conflicts[0].Total != 1 || c.Layer != "cameras" || c.Theirs == nil || c.Theirs.Attributes["name"] != won || c.Yours.Attributes["name"] == won || c.Seen != seen {
					t.Errorf("round %d, won by %s: the conflict is %+v", round, won, c)
				}
				seen = c.Theirs.Version
			}
			if now := must[*scenario.Scenario](t)(scenario.NewBook(store).Get(t.Context(), s.ID)); len(now.Edits) != 5 {
				t.Errorf("%d edits; want one for each round", len(now.Edits))
			}
		})
	}
}

// appendTo names, in the environment of a helper process, the workspace and scenario
// that it appends to.
const appendTo = "YIJU_TEST_APPEND_TO"

func TestMain(m *testing.M) {
	if to := os.Getenv(appendTo); to != "" {
		if err := appendForever(to); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// appendForever appends two edits at a time and prints the numbers of each pair when
// it is acknowledged.
func appendForever(to string) error {
	ctx := context.Background()
	id, address, _ := strings.Cut(to, " ")
	var store layers.Store
	var err error
	if strings.HasPrefix(address, "postgres") {
		store, err = postgis.OpenExisting(ctx, address)
	} else {
		store, err = gpkg.Open(ctx, address)
	}
	if err != nil {
		return err
	}
	b := scenario.NewBook(store)
	for i := 0; ; i++ {
		var steps []scenario.Step
		for _, half := range "ab" {
			f := geo.Feature{ID: fmt.Sprintf("%d-%d%c", os.Getpid(), i, half), Geometry: orb.Point{117, 36}}
			steps = append(steps, appended(scenario.Edit{Layer: "cameras", Op: scenario.Add, Feature: &f}))
		}
		_, seqs, err := b.Edit(ctx, id, scenario.Order{Steps: steps})
		if err != nil {
			return err
		}
		fmt.Println(seqs[0], seqs[1])
	}
}

// A process that is killed while it edits loses nothing that it acknowledged, and
// leaves no half of an order.
func TestKilledEditor(t *testing.T) {
	for _, k := range kinds {
		if k.openAt == nil {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			store, address := k.opened(t)
			small(t, store)
			s := must[*scenario.Scenario](t)(scenario.NewBook(store).Create(t.Context(), scenario.New{Name: "断"}))
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			dice := rand.New(rand.NewPCG(1, uint64(os.Getpid())))
			acknowledged := 0
			for round := range 5 {
				told := killed(t, s.ID+" "+address, 1+dice.IntN(12), time.Duration(dice.IntN(20_000))*time.Microsecond)
				acknowledged += len(told)
				again := k.openAt(t, address)
				now := must[*scenario.Scenario](t)(scenario.NewBook(again).Get(t.Context(), s.ID))
				there := map[int64]string{}
				halves := map[string]int{}
				for _, e := range now.Edits {
					there[e.Seq] = e.ID
					halves[e.ID[:len(e.ID)-1]]++
				}
				for _, pair := range told {
					if there[pair[0]] == "" || there[pair[1]] == "" {
						t.Errorf("round %d: acknowledged edits %v are not there", round, pair)
					}
				}
				for order, n := range halves {
					if n != 2 {
						t.Errorf("round %d: %d edits of order %s; want both or none", round, n, order)
					}
				}
				if net := must[*scenario.Net](t)(scenario.NewBook(again).Net(t.Context(), now)); len(net.Touched("cameras")) != len(now.Edits) {
					t.Errorf("round %d: %d cameras of %d edits", round, len(net.Touched("cameras")), len(now.Edits))
				}
				if err := again.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if acknowledged < 5 {
				t.Errorf("only %d orders were acknowledged; the test shows little", acknowledged)
			}
		})
	}
}

// killed runs a process that appends, kills it a while after it has acknowledged some
// orders, and gives the numbers of all that it did.
func killed(t *testing.T, to string, orders int, later time.Duration) (told [][2]int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), appendTo+"="+to)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var pair [2]int64
		if _, err := fmt.Sscan(lines.Text(), &pair[0], &pair[1]); err != nil {
			t.Fatalf("the process said %q", lines.Text())
		}
		if told = append(told, pair); len(told) == orders {
			time.AfterFunc(later, func() { cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the process ended by itself: %v", err)
	}
	return told
}

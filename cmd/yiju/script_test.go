package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"yiju/internal/stores"
	"yiju/layers"
)

var update = flag.Bool("update", false, "write what commands print into the scripts that compare it")

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"yiju": main}) }

// TestScripts runs sessions in a terminal: each file of testdata/script is one,
// with the files it works on below it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("YIJU_LANG", "en")
			env.Setenv("YIJU_STORE", "")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "same": same, "served": served, "replace": replace, "setid": setid, "setfield": setfield, "samecontent": samecontent, "approve": approve,
		},
	})
}

// exits runs a command and compares its exit code, which `exec` cannot tell:
//
//	exits 1 yiju import geojson broken.json
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	err, got := ts.Exec(args[1], args[2:]...), 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%s: %v", args[1], err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// same compares all that two workspaces hold; the files themselves differ in
// counters of SQLite.
//
//	same one.gpkg other.gpkg
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: same ONE OTHER")
	}
	one, other := contents(ts, args[0]), contents(ts, args[1])
	if diff := cmp.Diff(one, other); (diff != "") != neg {
		ts.Fatalf("%s and %s (-%s +%s):\n%s", args[0], args[1], args[0], args[1], diff)
	}
}

func contents(ts *testscript.TestScript, path string) map[string][]any {
	ctx, out := context.Background(), make(map[string][]any)
	store, err := stores.Open(ctx, ts.MkAbs(path), stores.MustExist)
	ts.Check(err)
	defer store.Close()
	infos, err := store.Layers(ctx)
	ts.Check(err)
	for _, info := range infos {
		out[info.Schema.Layer] = append(out[info.Schema.Layer], info)
		for f, err := range store.Features(ctx, info.Schema.Layer, layers.Query{}) {
			ts.Check(err)
			out[info.Schema.Layer] = append(out[info.Schema.Layer], f)
		}
	}
	changes, err := store.Changes(ctx, 0)
	ts.Check(err)
	out["changes"] = append(out["changes"], changes)
	return out
}

// served starts `yiju serve`, asks it for paths, each of which must be there, and
// interrupts it, upon which it must end well.
//
//	served / /api/layers
func served(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: served PATH…")
	}
	cmd := exec.Command("yiju", "serve", "--addr", "127.0.0.1:0")
	cmd.Dir, cmd.Env, cmd.Stderr = ts.Getenv("WORK"), []string{"YIJU_LANG=en", "YIJU_STORE=" + ts.Getenv("YIJU_STORE")}, ts.Stderr()
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	defer cmd.Process.Kill()
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	_, url, found := strings.Cut(strings.TrimSpace(line), "http://")
	if !found {
		ts.Fatalf("serve says %q, no address", line)
	}
	for _, path := range args {
		answer, err := http.Get("http://" + strings.TrimSuffix(url, "/") + path)
		ts.Check(err)
		body, err := io.ReadAll(answer.Body)
		ts.Check(errors.Join(err, answer.Body.Close()))
		if answer.StatusCode/100 != 2 || strings.HasSuffix(path, ".mvt") && len(body) == 0 {
			ts.Fatalf("%s: %s %s", path, answer.Status, body)
		}
		ts.Logf("%s: %s, %d bytes", path, answer.Status, len(body))
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	ts.Check(cmd.Wait())
}

// replace changes the one place of a file that holds a text; \n stands for the end
// of a line.
//
//	replace FILE OLD NEW
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	lines := func(s string) string { return strings.ReplaceAll(s, `\n`, "\n") }
	text := ts.ReadFile(args[0])
	if n := strings.Count(text, lines(args[1])); n != 1 {
		ts.Fatalf("%s holds that text %d times", args[0], n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, lines(args[1]), lines(args[2]), 1)), 0o644))
}

// setid keeps the last line that a command printed as a variable.
//
//	setid ID
func setid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: setid NAME")
	}
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	ts.Setenv(args[0], lines[len(lines)-1])
}

// setfield keeps a text of the JSON that a command printed as a variable.
//
//	setfield ID scenario
func setfield(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: setfield NAME FIELD")
	}
	var printed map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &printed))
	text, ok := printed[args[1]].(string)
	if !ok || text == "" {
		ts.Fatalf("%s is %v", args[1], printed[args[1]])
	}
	ts.Setenv(args[0], text)
}

// hash is the content of a scenario.
func hash(ts *testscript.TestScript, id string) string {
	ts.Check(ts.Exec("yiju", "scenario", "show", id, "--json"))
	var printed struct{ Hash string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &printed))
	if printed.Hash == "" {
		ts.Fatalf("scenario %s has no content", id)
	}
	return printed.Hash
}

// samecontent compares what scenarios come to.
//
//	samecontent ONE OTHER
func samecontent(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: samecontent ONE OTHER")
	}
	if one, other := hash(ts, args[0]), hash(ts, args[1]); (one == other) == neg {
		ts.Fatalf("%s and %s", one, other)
	}
}

// approve approves what a scenario is now.
//
//	approve ID BY
func approve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: approve ID BY")
	}
	ts.Check(ts.Exec("yiju", "scenario", "approve", args[0], "--by", args[1], "--hash", hash(ts, args[0])[:12]))
}

// Command yiju measures how liveable a community is from its map, and shows the
// proof on the map.
//
// Exit codes: 0 done; 1 refused, the message says why and what to do; 2 the
// command line is wrong; 3 a fault of the program itself. yiju judge adds 4 for a
// standard that is not met and 5 for one of which it cannot be said.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/internal/stores"
	"yiju/layers"
	"yiju/layers/scenario"
)

const (
	exitDone = iota
	exitRefused
	exitUsage
	exitBroken
)

// app is what every command shares: the flags of the root and the streams.
type app struct {
	store   string
	lang    string
	quiet   bool
	verbose bool
	// scenario is what --scenario names, of the commands that have it.
	scenario string
	stdout   io.Writer
	stderr   io.Writer
	log      *slog.Logger
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it, so that tests can call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr, lang: defaultLang()}
	root := a.command()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	return a.explain(err)
}

// usageError marks a command line that cannot be understood.
type usageError struct{ error }

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "yiju",
		Short:         a.say("用地图衡量社区宜居程度，并在地图上给出依据", "Measure how liveable a community is, and show the proof on the map"),
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       pipeline.Engine,
	}
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		level := slog.LevelWarn
		if a.verbose {
			level = slog.LevelDebug
		}
		a.log = slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level}))
		if a.lang != "zh" && a.lang != "en" {
			return usageError{fmt.Errorf("--lang %q: zh | en", a.lang)}
		}
		return nil
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.store, "store", os.Getenv("YIJU_STORE"), a.say("工作区：文件 file.gpkg 或 postgres://…", "the workspace: file.gpkg or postgres://…"))
	flags.StringVar(&a.lang, "lang", a.lang, a.say("语言 zh 或 en", "language of messages, zh or en"))
	flags.BoolVarP(&a.quiet, "quiet", "q", false, a.say("不显示进度", "no progress"))
	flags.BoolVarP(&a.verbose, "verbose", "v", false, a.say("输出日志", "write the log to standard error"))
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newImportCommand(a), newAnalyzeCommand(a), newAdviseCommand(a), newCalibrateCommand(a), newServeCommand(a), newDemoCommand(a),
		newJudgeCommand(a), newProfilesCommand(a), newMetricsCommand(a), newLayersCommand(a), newTilesCommand(a), newScenarioCommand(a))
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// explain words an error for the user and gives the exit code.
func (a *app) explain(err error) int {
	prefix := a.say("错误：", "error: ")
	var usage usageError
	var judged judgedError
	if errors.As(err, &judged) {
		return judged.code
	}
	switch fault := geo.AsFault(err); {
	case fault != nil:
		fmt.Fprintln(a.stderr, prefix+fault.Say(a.lang))
		if fault.Err != nil && a.log != nil {
			a.log.Debug("cause", "err", fault.Err)
		}
		return exitRefused
	case errors.As(err, &usage), isCobraUsage(err):
		fmt.Fprintln(a.stderr, prefix+err.Error())
		fmt.Fprintln(a.stderr, "  → yiju --help")
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(a.stderr, prefix+a.say("已取消，工作区未改动", "cancelled; the workspace is as it was"))
		return exitRefused
	}
	if layered := layerMessage(err); layered != nil {
		fmt.Fprintln(a.stderr, prefix+layered.Say(a.lang))
		return exitRefused
	}
	fmt.Fprintln(a.stderr, prefix+err.Error())
	return exitBroken
}

// layerMessage words the typed errors of stores, which are data and not sentences.
func layerMessage(err error) *geo.Fault {
	var invalid *layers.InvalidError
	var conflict *layers.ConflictError
	var missing *layers.NoLayerError
	var nowhere *scenario.NoScenarioError
	var never *layers.NoRevisionError
	switch {
	case errors.As(err, &nowhere):
		return geo.Refuse(geo.Tf("工作区中没有方案 %q", "the workspace has no scenario %q", nowhere.ID),
			geo.T("用 yiju scenario list 查看现有方案", "list what there is with yiju scenario list"))
	case errors.As(err, &never):
		return geo.Refuse(geo.Tf("没有版本 %d，最新是 %d", "there is no revision %d; the newest is %d", never.Asked, never.Newest))
	case errors.As(err, &missing):
		return geo.Refuse(geo.Tf("工作区中没有图层 %q", "the workspace has no layer %q", missing.Layer),
			geo.T("用 yiju layers 查看现有图层", "list what there is with yiju layers"))
	case errors.As(err, &invalid):
		var zh, en strings.Builder
		for _, p := range invalid.Problems {
			fmt.Fprintf(&zh, "\n    %s/%s %s=%s：%s", p.Layer, p.ID, p.Field, p.Value, p.Message.ZH)
			fmt.Fprintf(&en, "\n    %s/%s %s=%s: %s", p.Layer, p.ID, p.Field, p.Value, p.Message.EN)
		}
		return geo.Refuse(geo.T(fmt.Sprintf("有 %d 处数据不符合图层要求，未写入任何内容：%s", invalid.Total, zh.String()),
			fmt.Sprintf("%d values do not fit their layer; nothing was written:%s", invalid.Total, en.String())))
	case errors.As(err, &conflict):
		var zh, en strings.Builder
		for _, c := range conflict.Conflicts {
			there := geo.T("没有", "nothing is there")
			if c.Theirs != nil {
				there = geo.Tf("版本 %d", "version %d is there", c.Theirs.Version)
			}
			fmt.Fprintf(&zh, "\n    %s/%s（%s）：现有内容%s", c.Layer, c.Yours.ID, c.Op, there.ZH)
			fmt.Fprintf(&en, "\n    %s/%s (%s): %s", c.Layer, c.Yours.ID, c.Op, there.EN)
		}
		return geo.Refuse(geo.T(fmt.Sprintf("%d 处修改与现有内容冲突，未写入任何内容：%s", conflict.Total, zh.String()),
			fmt.Sprintf("%d edits conflict with what is there; nothing was written:%s", conflict.Total, en.String())),
			geo.T("重新读取后再试", "read again and repeat"))
	}
	return nil
}

// isCobraUsage recognises the errors that cobra makes itself; it has no type for them.
func isCobraUsage(err error) bool {
	s := err.Error()
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires at least", "required flag"} {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

// say picks a wording by language.
func (a *app) say(zh, en string) string { return geo.T(zh, en).In(a.lang) }

// openStore opens the workspace that --store names.
func (a *app) openStore(ctx context.Context, mode stores.Mode) (layers.Store, error) {
	if a.store == "" {
		return nil, usageError{errors.New(a.say("缺少 --store（例如 --store city.gpkg）", "--store is missing (for example --store city.gpkg)"))}
	}
	return stores.Open(ctx, a.store, mode)
}

// defaultLang is Chinese unless the environment asks for another language.
func defaultLang() string {
	for _, name := range []string{"YIJU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		v := os.Getenv(name)
		switch {
		case strings.HasPrefix(v, "zh"):
			return "zh"
		case strings.HasPrefix(v, "en"), v == "C", v == "POSIX", strings.HasPrefix(v, "C."):
			return "en"
		case v != "":
			return "en"
		}
	}
	return "zh"
}

package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/internal/pipeline"
	"yiju/internal/stores"
	"yiju/layers"
	"yiju/layers/scenario"
)

// nobody is the author of what nobody signed.
const nobody = "local"

func newScenarioCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scenario",
		Short: a.say("方案：在现状之上试改，不动现状", "Scenarios: changes tried over the place as it is, which stays"),
		Long: a.say("方案是叠加在某一版现状之上的一组编辑。多数命令加 --scenario 标识 即按方案读取。",
			"A scenario is a list of edits over a revision of the place. With --scenario ID most commands read the place as the scenario makes it."),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newScenarioPaletteCommand(a), newScenarioListCommand(a), newScenarioNewCommand(a), newScenarioShowCommand(a), newScenarioCopyCommand(a), newScenarioEditCommand(a),
		newScenarioExportCommand(a), newScenarioImportCommand(a), newScenarioDeltaCommand(a), newScenarioCostsCommand(a), newScenarioRebaseCommand(a),
		newScenarioApproveCommand(a), newScenarioAdoptCommand(a), newScenarioArchiveCommand(a, true), newScenarioArchiveCommand(a, false),
	)
	return cmd
}

// scenarioFlag lets a command read a scenario in the place of the workspace.
func (a *app) scenarioFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.scenario, "scenario", "", a.say("按此方案读取（标识）；结果只显示，不保存", "read the place as this scenario makes it (id); results are shown and not kept"))
}

// place is what a command reads: the workspace, or a scenario of it.
type place struct {
	// store is where features are read; of a scenario it keeps results in memory.
	store    layers.Store
	pipeline *pipeline.Pipeline
	scenario *scenario.Scenario // nil for the workspace itself
	hash     string
	below    layers.Store
}

func (p *place) Close() error { return p.below.Close() }

// openPlace opens the workspace, which must exist, or the scenario that --scenario
// names.
func (a *app) openPlace(ctx context.Context) (*place, error) {
	store, err := a.openStore(ctx, stores.MustExist)
	if err != nil {
		return nil, err
	}
	if a.scenario == "" {
		return &place{store: store, pipeline: pipeline.New(store), below: store}, nil
	}
	p, err := pipeline.NewScenarios(store, store).Place(ctx, a.scenario)
	if err != nil {
		store.Close()
		return nil, err
	}
	return &place{store: p.View, pipeline: p.Pipeline, scenario: p.Scenario(), hash: p.View.Net().Hash(), below: store}, nil
}

// sayPlace tells which scenario a command reads, apart from what it prints.
func (a *app) sayPlace(p *place) {
	if p.scenario != nil {
		fmt.Fprintf(a.stderr, a.say("方案 %s [%s]，内容 %s，基准版本 %d；结果不保存\n", "scenario %s [%s], content %s, over revision %d; results are not kept\n"),
			p.scenario.Name, p.scenario.ID, a.shortHash(p.hash), p.scenario.Base)
	}
}

// shortHash is what a person compares; exports and JSON have all of it.
func (a *app) shortHash(hash string) string {
	if hash == "" {
		return a.say("（与现状相同）", "(the same as the base)")
	}
	return hash[:min(len(hash), 12)]
}

// onBook opens the scenarios of the workspace for as long as do takes.
func (a *app) onBook(do func(ctx context.Context, store layers.Store, book *scenario.Book, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		store, err := a.openStore(cmd.Context(), stores.MustExist)
		if err != nil {
			return err
		}
		defer store.Close()
		return do(cmd.Context(), store, scenario.NewBook(store), args)
	}
}

func (a *app) authorFlag(cmd *cobra.Command, author *string) {
	cmd.Flags().StringVar(author, "author", nobody, a.say("编制人", "who does it"))
}

func newScenarioListCommand(a *app) *cobra.Command {
	all, asJSON := false, false
	cmd := &cobra.Command{
		Use: "list", Short: a.say("列出方案", "List the scenarios"), Args: cobra.NoArgs,
		RunE: a.onBook(func(ctx context.Context, store layers.Store, book *scenario.Book, _ []string) error {
			list, err := book.List(ctx)
			if err != nil {
				return err
			}
			if !all {
				list = slices.DeleteFunc(list, func(s scenario.Scenario) bool { return s.State == scenario.Archived })
			}
			if asJSON {
				heads := make([]scenarioHead, len(list))
				for i := range list {
					heads[i] = headOf(&list[i])
				}
				return printJSON(a.stdout, heads)
			}
			if len(list) == 0 {
				fmt.Fprintln(a.stdout, a.say("还没有方案", "there are no scenarios yet"))
				return nil
			}
			rows := [][]string{{a.say("标识", "id"), a.say("名称", "name"), a.say("状态", "state"), a.say("编辑数", "edits"), a.say("基准版本", "over revision"), a.say("编制人", "author")}}
			for i := range list {
				s := &list[i]
				rows = append(rows, []string{s.ID, s.Name, a.state(s.State), strconv.Itoa(s.Count), strconv.FormatInt(int64(s.Base), 10), s.Author})
			}
			a.printRows(rows)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&all, "all", false, a.say("也列出已归档的", "also list archived ones"))
	cmd.Flags().BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	return cmd
}

func (a *app) printRows(rows [][]string) {
	for _, line := range alignWords(rows) {
		fmt.Fprintln(a.stdout, line)
	}
}

// state words a state as the schema of the table does.
func (a *app) state(s scenario.State) string {
	schema, _ := layers.Schema(layers.ScenariosLayer)
	field, _ := schema.Field("state")
	for _, c := range field.Codes {
		if c.Value == string(s) {
			return c.Title.In(a.lang)
		}
	}
	return string(s)
}

// scenarioHead is a scenario in JSON, without its edits.
type scenarioHead struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Base        layers.Revision `json:"base"`
	Parent      string          `json:"parent"`
	State       scenario.State  `json:"state"`
	Author      string          `json:"author"`
	Created     time.Time       `json:"created"`
	Changed     time.Time       `json:"changed"`
	ApprovedBy  string          `json:"approved_by"`
	AdoptedAs   layers.Revision `json:"adopted_as"`
	Costs       []scenario.Cost `json:"costs"`
	Version     int64           `json:"version"`
	Edits       int             `json:"edits_count"`
}

func headOf(s *scenario.Scenario) scenarioHead {
	costs := s.Costs
	if costs == nil {
		costs = []scenario.Cost{}
	}
	return scenarioHead{
		ID: s.ID, Name: s.Name, Description: s.Description, Base: s.Base, Parent: s.Parent, State: s.State, Author: s.Author, Created: s.Created,
		Changed: s.Changed, ApprovedBy: s.ApprovedBy, AdoptedAs: s.AdoptedAs, Costs: costs, Version: s.Version, Edits: s.Count,
	}
}

func newScenarioNewCommand(a *app) *cobra.Command {
	var n scenario.New
	var base int64
	cmd := &cobra.Command{
		Use: "new NAME", Short: a.say("新建方案", "Make a scenario"), Args: cobra.ExactArgs(1),
		Example: "  yiju scenario new 北门改造 --store city.gpkg",
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			n.Name, n.Base = args[0], layers.Revision(base)
			s, err := book.Create(ctx, n)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, s.ID)
			return nil
		}),
	}
	cmd.Flags().StringVar(&n.Description, "description", "", a.say("说明", "what it is about"))
	cmd.Flags().Int64Var(&base, "base", 0, a.say("基准版本，默认最新", "the revision to lay it over; the newest unless given"))
	a.authorFlag(cmd, &n.Author)
	return cmd
}

func newScenarioShowCommand(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "show ID", Short: a.say("显示方案的编辑和它们的结果", "Show the edits of a scenario and what they come to"), Args: cobra.ExactArgs(1),
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			s, err := book.Get(ctx, args[0])
			if err != nil {
				return err
			}
			net, err := book.Net(ctx, s)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.stdout, shownOf(s, net))
			}
			a.printScenario(s, net)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	return cmd
}

// shown is a scenario in JSON. The edits in full are what an export is for.
type shown struct {
	scenarioHead
	Hash    string         `json:"hash"`
	Edits   []shownEdit    `json:"edits"`
	Touched []shownTouched `json:"touched"`
}

type shownEdit struct {
	Seq     int64       `json:"seq"`
	Layer   string      `json:"layer"`
	Op      scenario.Op `json:"op"`
	ID      string      `json:"id"`
	Off     bool        `json:"off"`
	Idle    *geo.Text   `json:"idle"`
	Group   string      `json:"group"`
	Kind    string      `json:"kind"`
	Comment string      `json:"comment"`
	Author  string      `json:"author"`
}

type shownTouched struct {
	Layer string `json:"layer"`
	ID    string `json:"id"`
	Op    string `json:"op" enum:"added,changed,deleted"`
}

func shownOf(s *scenario.Scenario, net *scenario.Net) shown {
	out := shown{scenarioHead: headOf(s), Hash: net.Hash(), Edits: []shownEdit{}, Touched: []shownTouched{}}
	for i := range s.Edits {
		e := &s.Edits[i]
		edit := shownEdit{e.Seq, e.Layer, e.Op, e.ID, e.Off, nil, e.Group, e.Kind, e.Comment, e.Author}
		if why, idle := net.Idle(e.Seq); idle {
			edit.Idle = &why
		}
		out.Edits = append(out.Edits, edit)
	}
	for _, layer := range net.Layers() {
		for _, t := range net.Touched(layer) {
			op := "changed"
			switch {
			case t.Old == nil:
				op = "added"
			case t.New == nil:
				op = "deleted"
			}
			out.Touched = append(out.Touched, shownTouched{layer, t.ID, op})
		}
	}
	return out
}

func (a *app) printScenario(s *scenario.Scenario, net *scenario.Net) {
	fmt.Fprintf(a.stdout, "%s  [%s]  %s\n", s.Name, s.ID, a.state(s.State))
	if s.Description != "" {
		fmt.Fprintln(a.stdout, s.Description)
	}
	fmt.Fprintf(a.stdout, a.say("编制人 %s，基准版本 %d，内容 %s\n", "by %s, over revision %d, content %s\n"), s.Author, s.Base, a.shortHash(net.Hash()))
	if s.ApprovedBy != "" {
		fmt.Fprintf(a.stdout, a.say("批准人 %s\n", "approved by %s\n"), s.ApprovedBy)
	}
	if s.AdoptedAs != 0 {
		fmt.Fprintf(a.stdout, a.say("已采纳为版本 %d\n", "adopted as revision %d\n"), s.AdoptedAs)
	}
	rows := make([][]string, 0, len(s.Edits))
	for i := range s.Edits {
		e := &s.Edits[i]
		state := ""
		if _, idle := net.Idle(e.Seq); idle {
			state = a.say("无效", "no effect")
		}
		if e.Off {
			state = a.say("关", "off")
		}
		rows = append(rows, []string{strconv.FormatInt(e.Seq, 10), a.op(e.Op), e.Layer + "/" + e.ID, e.Kind, state, e.Comment})
	}
	for _, line := range alignWords(rows) {
		fmt.Fprintln(a.stdout, "  "+line)
	}
}

// op words an operation as the schema of the table does.
func (a *app) op(op scenario.Op) string {
	schema, _ := layers.Schema(layers.ScenarioEditsLayer)
	field, _ := schema.Field("op")
	for _, c := range field.Codes {
		if c.Value == string(op) {
			return c.Title.In(a.lang)
		}
	}
	return string(op)
}

func newScenarioCopyCommand(a *app) *cobra.Command {
	author := nobody
	cmd := &cobra.Command{
		Use: "copy ID NAME", Short: a.say("复制方案", "Copy a scenario"), Args: cobra.ExactArgs(2),
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			s, err := book.Copy(ctx, args[0], args[1], author)
			if err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, s.ID)
			return nil
		}),
	}
	a.authorFlag(cmd, &author)
	return cmd
}

func newScenarioArchiveCommand(a *app, archive bool) *cobra.Command {
	author := nobody
	cmd := &cobra.Command{
		Use: "archive ID", Short: a.say("归档方案", "Put a scenario out of the way"), Args: cobra.ExactArgs(1),
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			do := book.Restore
			if archive {
				do = book.Archive
			}
			s, err := do(ctx, args[0], author)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s [%s]  %s\n", s.Name, s.ID, a.state(s.State))
			return nil
		}),
	}
	if !archive {
		cmd.Use, cmd.Short = "restore ID", a.say("恢复已归档的方案", "Bring a scenario back from the archive")
	}
	a.authorFlag(cmd, &author)
	return cmd
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generations: the maps that belong to one applied policy.
 *
 * A generation is built complete under generations/next, while packets meet
 * the one before, and comes into force by one store into images[0]. The
 * rename to generations/N and the links follow the store, so a process that is
 * killed leaves either a `next` that nobody uses, or one that is in force and
 * only lacks its name; repair tells them apart by the map's id.
 *
 * Kept are the generation in force and the one before. Each has its tries in
 * a slot of its own of the outer tries; there are more slots than kept
 * generations, so a free one is always found.
 */
#include "private.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define NEXT "generations/next"

/* ---- what is in force -------------------------------------------------- */

static int read_header(int image, struct image_header *header)
{
	void *page = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, image, 0);

	if (page == MAP_FAILED)
		return -errno;
	memcpy(header, page, sizeof(*header));
	munmap(page, PAGE_BYTES);
	return 0;
}

int in_force_read(const struct maps *maps, struct in_force *now,
		  struct kernel_error *error)
{
	_cleanup_fd_ int image = map_inner(maps->images, 0);
	int result;

	*now = (struct in_force){};
	if (image == -ENOENT)
		return 0;
	if (image < 0)
		return system_error(error, -image,
				    "cannot open the image in force");
	result = read_header(image, &now->header);
	if (result)
		return system_error(error, -result,
				    "cannot read the image in force");
	now->id = map_id(image);
	return 0;
}

/* ---- the kept ones ----------------------------------------------------- */

/* Numbers of the directories below generations/, unordered. */
struct kept {
	uint64_t numbers[64];
	size_t count;
};

static void list_kept(const struct pins *pins, struct kept *kept)
{
	char path[PIN_PATH], *end;
	struct dirent *entry;
	uint64_t number;
	DIR *directory;

	kept->count = 0;
	pins_path(pins, path, "generations");
	directory = opendir(path);
	while (directory && kept->count < 64 && (entry = readdir(directory))) {
		number = strtoull(entry->d_name, &end, 10);
		if (number && !*end)
			kept->numbers[kept->count++] = number;
	}
	if (directory)
		closedir(directory);
}

/* The highest number that is not this one; 0: none. */
static uint64_t highest_besides(const struct kept *kept, uint64_t number)
{
	uint64_t highest = 0;
	size_t i;

	for (i = 0; i < kept->count; i++)
		if (kept->numbers[i] != number && kept->numbers[i] > highest)
			highest = kept->numbers[i];
	return highest;
}

static int slot_of(const struct pins *pins, uint64_t number, uint32_t *slot)
{
	struct image_header header = {};
	char path[PIN_PATH];
	_cleanup_fd_ int image = -1;
	int result;

	pins_path(pins, path, "generations/%lu/image", (unsigned long)number);
	image = bpf_obj_get(path);
	if (image < 0)
		return -errno;
	result = read_header(image, &header);
	*slot = header.trie_slot;
	return result;
}

/* Trie slots of kept generations, as bits. */
static uint32_t slots_in_use(const struct pins *pins, const struct kept *kept,
			     const struct in_force *now)
{
	uint32_t bits = now->id ? 1u << now->header.trie_slot : 0;
	uint32_t slot = 0;
	size_t i;

	for (i = 0; i < kept->count; i++)
		if (!slot_of(pins, kept->numbers[i], &slot) && slot < 32)
			bits |= 1u << slot;
	return bits;
}

/* Generations other than these two lose their pins, their tries the slots. */
static void forget_others(const struct pins *pins, const struct maps *maps,
			  uint64_t one, uint64_t other, uint32_t used)
{
	struct in_force nothing = {};
	char path[PIN_PATH];
	struct kept kept;
	uint32_t slot, i;

	list_kept(pins, &kept);
	for (i = 0; i < kept.count; i++) {
		if (kept.numbers[i] == one || kept.numbers[i] == other)
			continue;
		pins_path(pins, path, "generations/%lu",
			  (unsigned long)kept.numbers[i]);
		pins_remove_tree(path);
	}
	list_kept(pins, &kept);
	used |= slots_in_use(pins, &kept, &nothing);
	for (slot = 0; slot < maps->trie_slots; slot++)
		for (i = 0; !(used & 1u << slot) && i < TRIE_COUNT; i++)
			bpf_map_delete_elem(maps->tries[i], &slot);
}

/* ---- names ------------------------------------------------------------- */

/* NAME -> generations/N/NAME, replaced in one step. */
static void link_tries(const struct pins *pins, uint64_t number)
{
	char path[PIN_PATH], fresh[PIN_PATH], target[64];
	int i;

	pins_path(pins, fresh, "link");
	for (i = 0; i < TRIE_COUNT; i++) {
		snprintf(target, sizeof(target), "generations/%lu/%s",
			 (unsigned long)number, trie_names[i]);
		pins_path(pins, path, "%s", trie_names[i]);
		unlink(fresh);
		if (!symlink(target, fresh))
			rename(fresh, path);
	}
}

static void name_next(const struct pins *pins, uint64_t number)
{
	char from[PIN_PATH], to[PIN_PATH];

	pins_path(pins, from, NEXT);
	pins_path(pins, to, "generations/%lu", (unsigned long)number);
	pins_remove_tree(to);
	rename(from, to);
	link_tries(pins, number);
}

void generation_repair(const struct pins *pins, const struct maps *maps,
		       const struct in_force *now)
{
	char path[PIN_PATH];
	_cleanup_fd_ int image = -1;
	struct kept kept;

	pins_path(pins, path, NEXT "/image");
	image = bpf_obj_get(path);
	if (image >= 0 && now->id && map_id(image) == now->id)
		name_next(pins, now->header.generation);
	pins_path(pins, path, NEXT);
	pins_remove_tree(path);
	if (now->id)
		link_tries(pins, now->header.generation);
	list_kept(pins, &kept);
	forget_others(pins, maps, now->header.generation,
		      highest_besides(&kept, now->header.generation),
		      now->id ? 1u << now->header.trie_slot : 0);
}

/* ---- the next one ------------------------------------------------------ */

int generation_choose(struct generation *next, const struct pins *pins,
		      const struct maps *maps, const struct in_force *now,
		      struct kernel_error *error)
{
	struct kept kept;
	uint64_t highest;
	uint32_t used;

	list_kept(pins, &kept);
	highest = highest_besides(&kept, 0);
	if (now->header.generation > highest)
		highest = now->header.generation;
	next->number = highest + 1;
	used = slots_in_use(pins, &kept, now);
	for (next->trie_slot = 0; used & 1u << next->trie_slot;)
		next->trie_slot++;
	if (next->trie_slot < maps->trie_slots)
		return 0;
	return kernel_fail(error, ENOSPC, NULL,
			   "all %u trie slots are in use by kept generations",
			   maps->trie_slots);
}

static int build_trie(struct generation *next, const struct maps *maps,
		      enum trie trie, const struct image_trie *content,
		      struct kernel_error *error)
{
	uint32_t count = content->count;
	int fd = maps_create_trie(maps, trie, count, error);

	if (fd < 0)
		return fd;
	next->tries[trie] = fd;
	if (count && bpf_map_update_batch(fd, content->keys, content->values,
					  &count, NULL))
		return system_error(error, errno, "cannot fill %s",
				    trie_names[trie]);
	if (bpf_map_update_elem(maps->tries[trie], &next->trie_slot, &fd, 0))
		return system_error(error, errno, "cannot put %s in place",
				    trie_names[trie]);
	return 0;
}

static int build_image(struct generation *next, const struct maps *maps,
		       const struct image *image, struct kernel_error *error)
{
	size_t size = (size_t)image->page_count * PAGE_BYTES;
	void *pages;

	next->image = maps_create_image(maps, image->page_count, error);
	if (next->image < 0)
		return next->image;
	pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
		     next->image, 0);
	if (pages == MAP_FAILED)
		return system_error(error, errno, "cannot map the new image");
	memcpy(pages, image->pages, size);
	munmap(pages, size);
	return 0;
}

static int pin(int fd, const struct pins *pins, const char *name,
	       struct kernel_error *error)
{
	char path[PIN_PATH];

	pins_path(pins, path, NEXT "/%s", name);
	if (bpf_obj_pin(fd, path))
		return system_error(error, errno, "cannot pin %s", path);
	return 0;
}

int generation_build(struct generation *next, const struct pins *pins,
		     const struct maps *maps, const struct image *image,
		     struct kernel_error *error)
{
	int result = build_image(next, maps, image, error);
	int i;

	for (i = 0; !result && i < TRIE_COUNT; i++)
		result = build_trie(next, maps, i, &image->tries[i], error);
	if (!result)
		result = pins_mkdir(pins, NEXT, error);
	for (i = 0; !result && i < TRIE_COUNT; i++)
		result = pin(next->tries[i], pins, trie_names[i], error);
	if (!result)
		result = pin(next->image, pins, "image", error);
	return result;
}

int generation_put_in_force(const struct generation *next,
			    const struct maps *maps, struct kernel_error *error)
{
	uint32_t zero = 0;

	if (bpf_map_update_elem(maps->images, &zero, &next->image, 0))
		return system_error(error, errno,
				    "cannot put the new image in force");
	return 0;
}

void generation_publish(const struct generation *next, const struct pins *pins,
			const struct maps *maps, uint64_t previous)
{
	name_next(pins, next->number);
	forget_others(pins, maps, next->number, previous,
		      1u << next->trie_slot);
}

void generation_drop(const struct generation *next, const struct pins *pins,
		     const struct maps *maps)
{
	char path[PIN_PATH];
	int i;

	if (next->image < 0)
		return;
	for (i = 0; i < TRIE_COUNT; i++)
		if (next->tries[i] >= 0)
			bpf_map_delete_elem(maps->tries[i], &next->trie_slot);
	pins_path(pins, path, NEXT);
	pins_remove_tree(path);
}

void generation_close(struct generation *generation)
{
	int i;

	cleanup_fd(&generation->image);
	for (i = 0; i < TRIE_COUNT; i++)
		cleanup_fd(&generation->tries[i]);
}
